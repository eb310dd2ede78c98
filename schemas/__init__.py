"""The nouns of the product: frozen models of every record, request and file. No I/O, no clock, no randomness."""
