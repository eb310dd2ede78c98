"""Takes sealed updates in, gives receipts, tells tablets what became of each; never holds what was written."""
