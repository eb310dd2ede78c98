"""What a person at a terminal sees: one line for each thing that happened, and progress that rewrites its line."""

import sys

_shown = ""


def say(words: str) -> None:
    print(f"scrubcast: {words}", file=sys.stderr, flush=True)


def code(what: str, address: str) -> None:
    """A QR code for a tablet's camera; only for somebody who looks at a terminal."""
    if sys.stdout.isatty():
        import segno  # noqa: PLC0415  # only where one is shown

        print(f"{what}:")
        segno.make(address, micro=False).terminal(compact=True)


def progress(what: str, done: int, total: int) -> None:
    """A line that is rewritten on a terminal; in a log only the beginning and the end."""
    global _shown  # noqa: PLW0603  # the one line at the bottom of the terminal is global
    line = f"{what} … {done}/{total}"
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        print(f"\r\x1b[2K{line}", end=end, file=sys.stderr, flush=True)
    elif line != _shown and done in {0, total}:
        print(line, file=sys.stderr, flush=True)
    _shown = line
