"""Writes down where the word data come from: each source with its licence, what came of it, and the files' hashes."""

import hashlib
from collections.abc import Mapping, Sequence

from streams.scrub.word_classes import NAMES_OF_BITS, SPELLED

_HEAD = """\
# Written by `python -m deploy.lexicon`; what each class means stands in streams/scrub/word_classes.py.
# The notices that the licences ask for are in NOTICE.
"""
_FIELDS = ("package", "version", "licence", "by", "taken")


def record(sources: Sequence[Mapping[str, str]], masks: Mapping[str, int], files: Mapping[str, bytes]) -> str:
    hashes = {name: f'"{hashlib.sha256(content).hexdigest()}"' for name, content in files.items()}
    words = {word: mask for word, mask in masks.items() if not word.startswith(SPELLED)}
    counts = {name: sum(1 for mask in words.values() if mask & bit) for name, bit in NAMES_OF_BITS.items()}
    tables = [_table("[sha256]", {f'"{name}"': value for name, value in hashes.items()})]
    tables.append(_table("[words]", {"all": len(words), "spelled": len(masks) - len(words), **counts}))
    tables += [_table("[[source]]", {field: f'"{source[field]}"' for field in _FIELDS}) for source in sources]
    return _HEAD + "\n" + "\n".join(tables)


def _table(heading: str, rows: Mapping[str, object]) -> str:
    return "\n".join([heading, *(f"{name} = {value}" for name, value in rows.items()), ""])
