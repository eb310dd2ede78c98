"""How long X counts a text (twitter-text, configuration v3); the peer's own count, apart from the product's."""

import re
import unicodedata

MAX_WEIGHT = 280
URL_WEIGHT = 23
EMOJI_WEIGHT = 2
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # weigh 1; all other code points 2

# With a scheme any host; without one only ends that are surely domains. The full list has 1,500 of them.
_ENDS = "com|org|net|edu|gov|int|mil|info|biz|app|dev|health|de|nl|at|ch|uk|eu|fr|it|es|us|io|co"
_PATH = r"(?:[/?#][^\s<>\"]*[^\s<>\".,;:!?)\]'])?/?"
URL = re.compile(
    rf"(?:https?://[\w.-]+\.[a-z]{{2,}}(?::\d+)?{_PATH})|(?<![\w@#$./-])(?:[\w-]+\.)+(?:{_ENDS})(?![\w@]){_PATH}",
    re.IGNORECASE,
)
_PICTURE = "[\u203c-\u3299\U0001f000-\U0001faff]"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # flags
    "|[0-9#*]\ufe0f?\u20e3"  # keycaps
    f"|{_PICTURE}(?:[\ufe0f\U0001f3fb-\U0001f3ff]|[\U000e0020-\U000e007f])*"
    f"(?:\u200d{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
_IS_PICTURE = re.compile("[\u2600-\u27bf\u2b05-\u2b55\u231a-\u23ff\u25aa-\u25fe\U0001f000-\U0001faff]")


def weight(text: str) -> int:
    text = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for match in URL.finditer(text):
        total += _words(text[at : match.start()]) + URL_WEIGHT
        at = match.end()
    return total + _words(text[at:])


def _words(text: str) -> int:
    emoji = [m for m in _EMOJI.finditer(text) if _IS_PICTURE.search(m[0]) or "\u20e3" in m[0]]
    inside = sum(_plain(m[0]) for m in emoji)
    return _plain(text) - inside + EMOJI_WEIGHT * len(emoji)


def _plain(text: str) -> int:
    return sum(1 if any(low <= ord(c) <= high for low, high in LIGHT) else 2 for c in text)
