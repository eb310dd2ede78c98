"""What a post is on Bluesky: the key and the record that follow from it, the same bytes on each try.

The record key is made from the release's time and the post's id, `createdAt` is that time. So a repeat asks for
the very record that lies there already, and the server makes neither a second post nor a new commit.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from consumers.poster.length import graphemes, urls
from consumers.poster.platforms.base import Outgoing

COLLECTION = "app.bsky.feed.post"
MAX = 300  # graphemes, and ten bytes for each: app.bsky.feed.post, maxGraphemes and maxLength
TAG_GRAPHEMES_MAX, TAG_BYTES_MAX = 64, 640  # app.bsky.richtext.facet#tag
GRAPHIC = "graphic-media"  # the label that covers injuries and operations: com.atproto.label.defs#labelValue

# Ends of bare names that are linked: no word of our languages is among them. "Danke.at" after a forgotten space is no
# address, and a link to a stranger's site would be worse than an address that cannot be clicked.
_BARE_ENDS = frozenset({"com", "org", "net", "edu", "gov", "int", "info", "eu", "nl", "uk"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_TAG = re.compile(r"(?<![\w#＃/&])[#＃](\w+)")
_MENTION = re.compile(
    r"(?<![\w@.\-/])@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?)", re.IGNORECASE
)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)

Record = dict[str, Any]
Facet = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A post that lies there: by name and content, and by those of the first post of its chain."""

    uri: str
    cid: str
    root_uri: str
    root_cid: str

    @classmethod
    def of(cls, uri: str, cid: str, record: Mapping[str, Any]) -> Self:
        root = (record.get("reply") or {}).get("root") or {"uri": uri, "cid": cid}
        return cls(uri, cid, str(root["uri"]), str(root["cid"]))


def key_of(out: Outgoing) -> str:
    """A TID (13 characters; atproto.com/specs/tid): the only form that the server takes for a post.

    Its microseconds are the release's millisecond and the place in the thread below it, so parts of one release never
    share a key and lie in order; its ten bits of clock are of the post's id, which tells apart threads on one account.
    """
    millis = (out.at - _EPOCH) // timedelta(milliseconds=1)
    clock = int.from_bytes(hashlib.sha256(out.post.id.bytes).digest()[:2], "big") & 0x3FF
    number = (millis * 1000 + out.n % 1000) << 10 | clock
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def created_at(out: Outgoing) -> str:
    return out.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record_of(
    out: Outgoing, *, parent: Place | None = None, dids: Mapping[str, str] | None = None, images: Sequence[Record] = ()
) -> Record:
    """The record as it is sent. `dids`: of the handles mentioned, in lower case; one that is missing stays plain."""
    record: Record = {"$type": COLLECTION, "text": out.post.text, "createdAt": created_at(out)}
    if parent is not None:
        record["reply"] = {
            "root": {"uri": parent.root_uri, "cid": parent.root_cid},
            "parent": {"uri": parent.uri, "cid": parent.cid},
        }
    if out.post.lang:
        record["langs"] = [out.post.lang]
    if found := facets(out.post.text, dids or {}):
        record["facets"] = found
    if out.warning:
        record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": GRAPHIC}]}
    if images:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": list(images)}
    return record


def says_the_same(record: Mapping[str, Any], out: Outgoing) -> bool:
    """Whether this record is the post: its words in its place. A mention may have been resolved otherwise."""
    parent = ((record.get("reply") or {}).get("parent") or {}).get("uri")
    return record.get("text") == out.post.text and _key(parent) == _key(out.reply_to)


def _key(uri: str | None) -> str | None:
    """All posts of a thread lie in one repository, which may be named by handle or by DID."""
    return uri.rpartition("/")[2] if uri else None


def mentions(text: str) -> list[str]:
    """The handles, in lower case, each once."""
    return list(dict.fromkeys(text[start + 1 : end].lower() for start, end in _mention_spans(text)))


def facets(text: str, dids: Mapping[str, str]) -> list[Facet]:
    """What can be clicked: links, mentions, hashtags, in order, counted in bytes of UTF-8."""
    found = [(start, end, _feature("link", uri=uri)) for start, end, uri in _links(text)]
    found += [
        (start, end, _feature("mention", did=dids[handle]))
        for start, end in _mention_spans(text)
        if (handle := text[start + 1 : end].lower()) in dids
    ]
    found += [(start, end, _feature("tag", tag=text[start + 1 : end])) for start, end in _tag_spans(text)]
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda f: f[0])
    ]


def _feature(kind: str, **more: str) -> dict[str, str]:
    return {"$type": f"app.bsky.richtext.facet#{kind}", **more}


def _links(text: str) -> list[tuple[int, int, str]]:
    found = []
    for start, end in urls(text):
        url = text[start:end]
        if _SCHEME.match(url):
            found.append((start, end, url))
        elif url.lower().startswith("www.") or "/" in url or url.rpartition(".")[2] in _BARE_ENDS:
            found.append((start, end, f"https://{url}"))
    return found


def _mention_spans(text: str) -> list[tuple[int, int]]:
    return _outside_links(text, _MENTION)


def _tag_spans(text: str) -> list[tuple[int, int]]:
    spans = _outside_links(text, _TAG)
    return [span for span in spans if _is_tag(text[span[0] + 1 : span[1]])]


def _is_tag(tag: str) -> bool:
    return not tag.isdigit() and graphemes(tag) <= TAG_GRAPHEMES_MAX and _bytes(tag) <= TAG_BYTES_MAX


def _outside_links(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    links = urls(text)
    return [m.span() for m in pattern.finditer(text) if not any(a < m.end() and m.start() < b for a, b in links)]


def _bytes(text: str) -> int:
    return len(text.encode())
