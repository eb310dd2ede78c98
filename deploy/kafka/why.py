"""Decides what to tell a person about a broker that went down, from the last lines it wrote. Pure."""

import re

# The first that matches wins, so that the cause stands before its consequences.
_CAUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"No space left on device|Disk quota exceeded|not enough space on the disk", re.IGNORECASE),
        "no space left for the broker's data: free some and start again, nothing accepted is lost",
    ),
    (
        re.compile(r"Read-only file system|Permission denied|AccessDeniedException"),
        "the broker may not write its data folder: check its owner and that it is not read-only",
    ),
    (
        re.compile(r"Failed to acquire lock on file"),
        "another broker is running on the same data folder: stop that one first",
    ),
    (
        re.compile(r"Address already in use|BindException"),
        "the broker's port is taken by another program",
    ),
    (
        re.compile(r"OutOfMemoryError|Could not reserve enough space|Native memory allocation"),
        "the machine has too little memory for the broker",
    ),
    (
        re.compile(r"Too many open files"),
        "the limit of open files is too low for the broker: raise `ulimit -n`",
    ),
    (
        re.compile(r"UnsupportedClassVersionError|Unrecognized VM option|Could not create the Java Virtual"),
        "this Java cannot run the broker: use Java 17 or newer",
    ),
    (
        re.compile(r"InconsistentClusterIdException|meta\.properties|CorruptRecord|Corrupt index"),
        "the broker's data folder is damaged or belongs to another broker",
    ),
)
_GRAVE = re.compile(r"^(?:.*\b(?:ERROR|FATAL)\b|Error\b|Exception in thread).*$", re.MULTILINE)
_QUOTE_CHARACTERS_MAX = 200

UNKNOWN = "the broker stopped without saying why"


def why_down(tail: str) -> str:
    """One line for a person; the last error as the broker put it where no cause is known."""
    for pattern, cause in _CAUSES:
        if pattern.search(tail):
            return cause
    grave = _GRAVE.findall(tail)
    return f"the broker said: {grave[-1].strip()[:_QUOTE_CHARACTERS_MAX]}" if grave else UNKNOWN
