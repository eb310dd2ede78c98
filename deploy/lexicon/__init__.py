"""Builds the word data of the compliance stage from openly licensed packages: `python -m deploy.lexicon`."""
