"""Sentences of the desk's pages about preparing: English, then German and Dutch."""

# ruff: noqa: E501  # a sentence and its translations stand on one line, or a translator cannot compare them
PHRASES: dict[str, tuple[str, str]] = {}
