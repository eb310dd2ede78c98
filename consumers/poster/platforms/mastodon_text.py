"""Whether a status, which comes back as HTML, is the text that was sent, however the server dressed it."""

import re
import unicodedata
from html.parser import HTMLParser

from consumers.poster.length import urls

LINK = "\ufffc"  # stands for a link where the two sides write it differently

# Servers show `@name@server` as `@name`.
_MENTION = re.compile(r"(?<![=/\w])(@\w+(?:[.-]+\w+)*)@\w+(?:[.-]+\w+)*(?::\d+)?")
# Servers that read Markdown without being asked to take these away; no two of our texts differ in them alone.
_MARKS = str.maketrans("", "", "*_~`")
_BREAKS = frozenset({"br", "p", "div", "li", "ul", "ol", "blockquote", "pre"})
_NO_LINK = frozenset({"mention", "hashtag"})


class _Reader(HTMLParser):
    """Collects the text twice: as shown, and with a mark in place of each link."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.marked: list[str] = []
        self.links: list[str] = []  # where each leads, hashtags and mentions left out
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self._add("\n")
        elif tag == "a":
            classes = (dict(attrs).get("class") or "").split()
            self._in_link = not _NO_LINK.intersection(classes)
            if self._in_link:
                self.marked.append(LINK)
                self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self._add("\n")
        elif tag == "a":
            self._in_link = False

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, data: str) -> None:
        self.shown.append(data)
        if not self._in_link:
            self.marked.append(data)


def _read(content: str) -> _Reader:
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return reader


def plain(content: str) -> str:
    """The words of this HTML, as a reader sees them."""
    return "\n".join(" ".join(line.split()) for line in "".join(_read(content).shown).strip().splitlines())


def links_of(content: str) -> list[str]:
    """Where its links lead, those of hashtags and mentions left out."""
    return _read(content).links


def same_text(content: str, text: str) -> bool:
    """Whether the status with this HTML says `text`: word for word, or but for how links are shown."""
    reader = _read(content)
    shown, marked = "".join(reader.shown), "".join(reader.marked)
    return _plain(shown) == _plain(text) or _plain(_without_links(marked)) == _plain(_without_links(text))


def _without_links(text: str) -> str:
    out, at = "", 0
    for start, end in urls(text):
        if text[start:end].lower().startswith("http"):
            out, at = f"{out}{text[at:start]}{LINK}", end
    return out + text[at:]


def _plain(text: str) -> str:
    text = _MENTION.sub(r"\1", unicodedata.normalize("NFC", text))
    return " ".join(text.translate(_MARKS).split())
