"""An institution's own list as a second opinion: words and names that must never pass unseen, whatever the event.

The file is plain text, one term a line; `#` starts a comment, and a line `[PLACE]` says what those below it are (see
`LABELS`; PERSON when nothing is said). A term counts as whole words, whatever its case, accents and ue/ü forms.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import Refused
from streams.scrub.normalise import fold
from streams.scrub.second_opinion import Opinion, Options
from streams.second_opinions.options import checked

_WORD = re.compile(r"[^\W_]+")
_HEADING = re.compile(r"\[([A-Za-z_]+)\]")
_OTHERWISE = "PERSON"


@dataclass(frozen=True)
class Listed:
    """`terms`: for each first word all terms that begin with it, the longest first; words folded."""

    terms: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    labels: frozenset[str]

    def opinions(self, text: str, lang: str) -> Iterator[Opinion]:  # noqa: ARG002  # a list is of no language
        words = [(m.start(), m.end(), fold(m.group())) for m in _WORD.finditer(text)]
        folded = tuple(word for _, _, word in words)
        for at, word in enumerate(folded):
            for term, label in self.terms.get(word, ()):
                if folded[at : at + len(term)] == term:
                    yield Opinion(words[at][0], words[at + len(term) - 1][1], label)
                    break


def listed(lines: Iterable[str]) -> Listed:
    label = _OTHERWISE
    terms: dict[str, dict[tuple[str, ...], str]] = {}
    for line in lines:
        entry = line.partition("#")[0].strip()
        if heading := _HEADING.fullmatch(entry):
            label = heading[1].upper()
        elif term := tuple(fold(word) for word in _WORD.findall(entry)):
            terms.setdefault(term[0], {})[term] = label
    return Listed(
        {first: tuple(sorted(each.items(), key=lambda e: (-len(e[0]), e[0]))) for first, each in terms.items()},
        frozenset(label for each in terms.values() for label in each.values()),
    )


def second_opinion(options: Options) -> Listed:
    """`file`: where the list lies."""
    path = Path(checked("listed", options, ["file"]).get("file", ""))
    try:
        found = listed(path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"Second opinion listed: its option `file` names no text that can be read ({type(error).__name__}).",
            code="bad-second-opinion",
        ) from None
    if not found.terms:
        raise Refused("Second opinion listed: its file holds no term.", code="bad-second-opinion")
    return found
