"""Second opinions that ship, each an entry point of this package; all of them are off until a setting names them."""
