"""The tamper-evident log of everything that happened: written here, checked by anyone."""
