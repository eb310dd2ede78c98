"""Whether a request is signed as OAuth 1.0a asks (RFC 5849, HMAC-SHA1); written apart from the client's library."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

CLOCK_SKEW_S = 300


@dataclass
class Account:
    """The one account of the peer, and the keys that open it."""

    user_id: str = "4711"
    username: str = "OurHospital"
    consumer_key: str = "consumer-key"
    consumer_secret: str = "consumer-secret"
    access_token: str = "4711-access-token"
    access_secret: str = "access-secret"
    user_token: str = "oauth2-user-token"
    app_token: str = "app-only-token"
    nonces: set[tuple[str, str]] = field(default_factory=set)

    def may(self, authorization: str, method: str, url: str, now_s: float) -> str:
        """`user`, `app`, or `nobody`."""
        scheme, _, rest = authorization.partition(" ")
        if scheme == "Bearer":
            return {self.user_token: "user", self.app_token: "app"}.get(rest, "nobody")
        if scheme == "OAuth" and self._signed(rest, method, url, now_s):
            return "user"
        return "nobody"

    def _signed(self, header: str, method: str, url: str, now_s: float) -> bool:
        said = {k: unquote(v) for k, v in re.findall(r'(\w+)="([^"]*)"', header)}
        once = (said.get("oauth_timestamp", ""), said.get("oauth_nonce", ""))
        if (
            said.get("oauth_consumer_key") != self.consumer_key
            or said.get("oauth_token") != self.access_token
            or said.get("oauth_signature_method") != "HMAC-SHA1"
            or not once[0].isdigit()
            or abs(int(once[0]) - now_s) > CLOCK_SKEW_S
            or once in self.nonces
        ):
            return False
        self.nonces.add(once)
        wanted = self._signature(said, method, url)
        return hmac.compare_digest(wanted, said.get("oauth_signature", ""))

    def _signature(self, said: dict[str, str], method: str, url: str) -> str:
        base_url, _, query = url.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        pairs += [(k, v) for k, v in said.items() if k.startswith("oauth_") and k != "oauth_signature"]
        encoded = sorted((_enc(k), _enc(v)) for k, v in pairs)
        normal = "&".join(f"{k}={v}" for k, v in encoded)
        text = "&".join((method.upper(), _enc(base_url), _enc(normal)))
        key = f"{_enc(self.consumer_secret)}&{_enc(self.access_secret)}"
        return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _enc(text: str) -> str:
    return quote(text, safe="-._~")
