"""Decides how the commands of this package show progress: one line that is rewritten, or lines for a log."""

import sys


def on_terminal(what: str, done: int, total: int) -> None:
    """Fits the `Progress` of this package."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r\x1b[2K{what} … {done}/{total}", end=end, file=sys.stderr, flush=True)
    elif done in {0, total}:  # a log of CI wants the beginning and the end, not each jar
        print(f"{what}: {done}/{total}", file=sys.stderr, flush=True)
