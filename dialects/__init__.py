if not __name__.startswith("lpt."):
    raise ImportError(f"import lpt.dialects, not {__name__}: one file under two names gives two different classes")
