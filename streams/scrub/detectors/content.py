"""What is said about treatment and outcome: claims, which a physician answers for, and alarming wording.

The words are in `lexicon/claims.txt` and `lexicon/alarms.txt`. These findings leave the text as it is: whoever decides
must read the words that are to be judged.
"""

import re
from collections.abc import Iterator

from streams.scrub import packaged
from streams.scrub.spans import Hit
from streams.scrub.view import View

# What says that the alarming thing did not happen, right before it or right behind it.
_DENIED = re.compile(
    r"(?<!\w)(?:no|not|n't|without|never|zero|avoid\w{0,3}|prevent\w{0,3}|reduces?|risk of|rule out|in case of"
    r"|if|any|kein\w{0,2}|keine|nicht|ohne|nie|vermeid\w{1,3}|falls|geen|niet|zonder|nooit"
    r"|voorkom\w{0,3}) (?:\w+ ){0,2}$"
)
_DENIED_BEHIND = re.compile(r"\s?(?:-|:)?\s?(?:free|frei|vrij|none|keine|geen|training|kurs|course|cursus)\b")


def _compiled(path: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (rule, re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")) for rule, patterns in packaged.sections(path)
    )


_CLAIMS, _ALARMS = _compiled("lexicon/claims.txt"), _compiled("lexicon/alarms.txt")


def claims(view: View) -> Iterator[Hit]:
    for rule, pattern in _CLAIMS:
        for m in pattern.finditer(view.low):
            if not _denied(view.low, m):
                yield Hit(m.start(), m.end(), "claim", rule, 0.8)


def alarming(view: View) -> Iterator[Hit]:
    for rule, pattern in _ALARMS:
        for m in pattern.finditer(view.low):
            if not _denied(view.low, m):
                yield Hit(m.start(), m.end(), "alarming", rule, 0.8)


def _denied(low: str, m: re.Match[str]) -> bool:
    return bool(_DENIED.search(low[max(0, m.start() - 40) : m.start()]) or _DENIED_BEHIND.match(low, m.end()))
