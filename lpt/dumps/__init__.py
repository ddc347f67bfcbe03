"""The IR between passes: how it is printed, kept in folders, compared, and drawn."""
