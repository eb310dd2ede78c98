"""What is read of a live event's YAML: with limits, without aliases, and without repeating its protected terms.

A text that is refused comes back to the person who pasted it, so that nothing typed is lost; protected terms never do.
"""

import csv
import json
import re
from typing import Any

import yaml

from schemas.errors import Refused
from schemas.live_event import TERMS_MAX

FILE_BYTES_MAX = 262_144  # the longest file we know of has 12 kB; an event with every list full about 700 kB
DEPTH_MAX = 12  # a live-event file needs six
NODES_MAX = 20_000  # 500 terms, 120 phrases in three languages and 200 items are below 2,500
KEYS_SHOWN_MAX = 20

# The parser in C where it is installed: 256 kB take milliseconds instead of seconds.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOP_KEY = re.compile(r"^[^\s#\-\]}][^:\n]*:", re.MULTILINE)
_PROTECT = re.compile(r"^['\"]?protect['\"]?\s*:", re.IGNORECASE)


def read(text: str) -> dict[str, Any]:
    """The file as plain JSON values. Raises Refused with the line that is wrong, never with its text."""
    if len(text.encode("utf-8", "replace")) > FILE_BYTES_MAX:
        raise Refused("The file is larger than 256 kB.", code="file-too-large")
    try:
        _within_limits(text)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader: plain values alone
        plain = json.loads(json.dumps(content, default=_as_text, allow_nan=False, ensure_ascii=False).encode())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise Refused(f"This is not YAML{where}.", code="not-yaml") from None
    except (ValueError, TypeError, RecursionError):  # a number of 5,000 digits, half a character, a list as a key
        raise Refused("This holds a value that no file of an event has.", code="not-yaml") from None
    if not isinstance(plain, dict):
        raise Refused("A table of fields was expected.", code="not-a-table")
    return plain


def _within_limits(text: str) -> None:
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise Refused("Aliases (`*name`) are not taken; write it out.", code="yaml-alias")
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX or nodes > NODES_MAX:
            raise Refused("This is deeper or longer than any event needs.", code="yaml-too-much")


def _as_text(value: Any) -> str:
    """YAML reads dates and times as objects; a file of ours has them as text."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise TypeError


def without_protected(text: str) -> str:
    """The text without its block `protect`; nothing at all where that word is left in it, whatever it means there."""
    kept, inside = [], False
    for line in text.splitlines():
        if _TOP_KEY.match(line):
            inside = _PROTECT.match(line) is not None
        if not inside:
            kept.append(line)
    left = "\n".join(kept)
    return "" if "protect" in left.casefold() else left


def line_of(error: Refused) -> int | None:
    """The line that `read` named."""
    found = re.search(r"in line (\d+)", str(error))
    return int(found[1]) if found else None


def decoded(data: bytes) -> str:
    """What a program for tables or a text editor saved. Raises Refused where it is no text."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("This is not text.", code="not-text")


def terms(text: str) -> tuple[tuple[str, ...], tuple[int, ...], bool]:
    """One term a line, each once; the numbers of lines that are too short or too long; whether there were too many."""
    found: dict[str, None] = {}
    wrong = []
    for number, line in enumerate(text.splitlines(), start=1):
        term = _term(line)
        if term and not 2 <= len(term) <= 200:  # as schemas.live_event.Term has it
            wrong.append(number)
        elif term:
            found[term] = None
    return tuple(found)[:TERMS_MAX], tuple(wrong), len(found) > TERMS_MAX


def _term(line: str) -> str:
    """A line of a table is one cell, perhaps in quotes and followed by empty ones."""
    line = "".join(c for c in line if c.isprintable()).strip()
    if line.startswith('"'):
        cells = next(csv.reader([line]), [""])
        line = " ".join(cell.strip() for cell in cells if cell.strip())
    return line.rstrip(",; ").strip()
