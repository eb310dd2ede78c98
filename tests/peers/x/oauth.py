"""Whether a request is signed as OAuth 1.0a asks (RFC 5849, HMAC-SHA1); written apart from the client's library."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.peers.x.accounts import Account

__all__ = ["Account", "Signatures"]

CLOCK_SKEW_S = 300
PORTS = {"http": 80, "https": 443}


class Signatures:
    """Remembers the nonces of the last minutes: each opens once."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._by_token = {a.access_token: a for a in accounts.values()}
        self._used: dict[tuple[str, str, str], float] = {}

    def account(self, header: str, method: str, url: str, form: list[tuple[str, str]], now_s: float) -> Account | None:
        """Whose request it is. `header` is what follows `OAuth `, `url` as it was sent, `form` a urlencoded body."""
        pairs = [(k, unquote(v)) for k, v in re.findall(r'([\w~.-]+)="([^"]*)"', header)]
        said = dict(pairs)
        account = self._by_token.get(said.get("oauth_token", ""))
        if account is None or len(said) != len(pairs) or not _in_form(said, account, now_s):
            return None
        wanted = signature(account, said, method, url, form)
        if not hmac.compare_digest(wanted, said.get("oauth_signature", "")):
            return None
        return account if self._is_new(said, now_s) else None

    def _is_new(self, said: Mapping[str, str], now_s: float) -> bool:
        self._used = {k: at for k, at in self._used.items() if at > now_s - 2 * CLOCK_SKEW_S}
        once = (said["oauth_token"], said["oauth_timestamp"], said["oauth_nonce"])
        new = once not in self._used
        self._used[once] = now_s
        return new


def _in_form(said: Mapping[str, str], account: Account, now_s: float) -> bool:
    stamp = said.get("oauth_timestamp", "")
    return (
        said.get("oauth_consumer_key") == account.consumer_key
        and said.get("oauth_signature_method") == "HMAC-SHA1"
        and said.get("oauth_version", "1.0") == "1.0"
        and bool(said.get("oauth_nonce"))
        and stamp.isdigit()
        and abs(int(stamp) - now_s) <= CLOCK_SKEW_S
    )


def signature(account: Account, said: Mapping[str, str], method: str, url: str, form: list[tuple[str, str]]) -> str:
    """RFC 5849, 3.4: method, address without query, and all parameters, sorted and percent-encoded."""
    split = urlsplit(url)
    port = "" if split.port in (None, PORTS.get(split.scheme.lower())) else f":{split.port}"
    address = f"{split.scheme.lower()}://{(split.hostname or '').lower()}{port}{split.path or '/'}"
    pairs = parse_qsl(split.query, keep_blank_values=True) + form
    pairs += [(k, v) for k, v in said.items() if k not in ("oauth_signature", "realm")]
    normal = "&".join(f"{k}={v}" for k, v in sorted((_enc(k), _enc(v)) for k, v in pairs))
    text = "&".join((method.upper(), _enc(address), _enc(normal)))
    key = f"{_enc(account.consumer_secret)}&{_enc(account.access_secret)}"
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _enc(text: str) -> str:
    return quote(text, safe="-._~")
