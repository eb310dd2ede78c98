"""Which server this is, what it therefore allows and promises, and whether an account there is the one we mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from consumers.poster.length import MASTODON_URL, mastodon_length, urls
from consumers.poster.platforms.base import FRESH_S, Limits

MAX = 500  # Mastodon's own, where a server does not say
REPEATABLE_S = 3000.0  # 50 of the 60 minutes that Mastodon keeps a key: ours and its clock need not agree
# The key is stored just after the status (mastodon/mastodon PR 21840): a repeat that overtakes it would double.
RETRY_S = 10.0
# A status is in its account's list once it is stored. No source states how long a request may still run after its
# client has gone; 60 s is how long nginx, which stands before Mastodon, waits for one by default.
SETTLE_S = 60.0

_VERSION = re.compile(r"v?\d+\.\d+\.\d+")
_POST_FOLDERS = frozenset({"statuses", "notice"})  # /users/name/statuses/1, /@name/statuses/1, /notice/1
_ID = re.compile(r"(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{1,40}")


@dataclass(frozen=True, slots=True)
class Count:
    """How long a text is there; a value, so that limits which say the same are the same.

    `careful`: never less than a server that counts code points, and links either at `url` or whole.
    """

    url: int
    careful: bool

    def __call__(self, text: str) -> int:
        if not self.careful:
            return mastodon_length(text, url_weight=self.url)
        links = [end - start for start, end in urls(text) if text[start : start + 4].lower() == "http"]
        return len(text) + sum(max(0, self.url - length) for length in links)


@dataclass(frozen=True, slots=True)
class Server:
    """What /api/v2/instance, or the older v1, says of a server; `keeps_keys` is our reading of it."""

    hosts: frozenset[str]  # lower case, with the port where there is one
    domain: str
    keeps_keys: bool
    max: int
    url: int

    @classmethod
    def of(cls, base_url: str, instance: Mapping[str, Any], account_url: str = "") -> Self:
        """Reads tolerantly: a server that says nothing is one that promises nothing.

        API, accounts and web pages of one server may lie under different names.
        """
        host = _host(base_url)
        named = instance.get("domain") or instance.get("uri")
        domain = _host(named) if isinstance(named, str) and named else host
        statuses = _inner(instance, "configuration", "statuses")
        most = _positive(statuses.get("max_characters")) or _positive(instance.get("max_toot_chars")) or MAX
        url = _positive(statuses.get("characters_reserved_per_url")) or MASTODON_URL
        return cls(frozenset({host, domain, _host(account_url)} - {""}), domain, keeps_keys(instance), most, url)

    def limits(self, *, timeout_s: float, settle_s: float, retry_s: float) -> Limits:
        return Limits(
            max=self.max,
            count=Count(self.url, careful=not self.keeps_keys),
            tag=True,
            stamp=True,
            timeout_s=timeout_s,
            settle_s=FRESH_S + timeout_s + settle_s,
            can_look_up=True,
            repeatable_s=REPEATABLE_S if self.keeps_keys else 0.0,
            retry_s=retry_s,
            look_first=True,
            own_warning=True,
        )

    def is_ours(self, expected: str, me: Mapping[str, Any]) -> bool:
        """Whether `hospital`, `@hospital` or `@hospital@server` means this account; letter case does not matter."""
        user, _, host = expected.lower().removeprefix("@").partition("@")
        hosts = self.hosts | {h.partition(":")[0] for h in self.hosts}
        return user == str(me["username"]).lower() and (not host or host in hosts)

    def post_id(self, url: str, *, user: str) -> str | None:
        """The id at the end of a post's address, when it is on this server and not of another account."""
        parts = split(url)
        *folders, last = [p for p in parts.path.split("/") if p] or [""]
        if parts.scheme not in ("http", "https") or parts.netloc.lower() not in self.hosts or not folders:
            return None
        named = [f[1:] for f in folders if f.startswith("@")]
        named += [name for folder, name in pairwise(folders) if folder == "users"]
        if any(name.lower() != user.lower() for name in named):
            return None
        of_post = folders[-1] in _POST_FOLDERS or folders[-1].startswith("@")
        return last if of_post and _ID.fullmatch(last) else None


def keeps_keys(instance: Mapping[str, Any]) -> bool:
    """Whether this is Mastodon itself, or built from it.

    Others write `2.7.2 (compatible; Pleroma 2.6)` as their version, or give their own source (GoToSocial, whose version
    reads like Mastodon's). A wrong yes costs no double post where a look-up stands before each repeat; see ADR 14.
    """
    version, source = instance.get("version"), instance.get("source_url")
    if not isinstance(version, str) or not _VERSION.match(version) or "compatible" in version.lower():
        return False
    if source is None:
        return "domain" not in instance  # v1, which Mastodon before 4.0 has alone
    return isinstance(source, str) and source.rstrip("/").rpartition("/")[2].lower().startswith("mastodon")


def split(url: str) -> SplitResult:
    """Empty where it is no address at all."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _host(address: str) -> str:
    return split(address if "//" in address else f"//{address}").netloc.rpartition("@")[2].lower()


def _inner(record: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    at: Any = record
    for key in keys:
        at = at.get(key) if isinstance(at, Mapping) else None
    return at if isinstance(at, Mapping) else {}


def _positive(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
