if not __name__.startswith("lpt."):
    raise ImportError(f"import lpt.codegen, not {__name__}: one file under two names gives two different classes")
