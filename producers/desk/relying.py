"""Under which name a browser's passkeys know this desk. WebAuthn takes names alone, never addresses, over TLS or here.

A desk that was opened by its address says where the same page is under a name.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from streams.passkeys import Relying

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class RelyingParty:
    """`origin` and `rp_id` of the settings, empty when the address of a request decides; `name`: this machine's own on
    the local net, empty where nobody reaches it from there."""

    origin: str = ""
    rp_id: str = ""
    name: str = ""

    def of(self, request: Request) -> Relying | None:
        """As which site this request's page may ask for passkeys; None when it may not."""
        asked = _origin(request)
        host = _host(request)
        if self.origin:
            chosen = urlsplit(self.origin).hostname or ""
            return Relying(self.origin, self.rp_id or chosen) if asked == self.origin else None
        if _address(host) is not None or (request.url.scheme != "https" and not _is_here(host)):
            return None
        parent = self.rp_id and (host == self.rp_id or host.endswith(f".{self.rp_id}"))
        return Relying(asked, self.rp_id if parent else host)

    def elsewhere(self, request: Request) -> str | None:
        """The origin under which this very desk can ask for passkeys, where it is another and known."""
        if self.of(request) is not None:
            return None
        if self.origin:
            return self.origin
        address = _address(_host(request))
        if address is not None and address.is_loopback:
            return _origin(request, "localhost")
        named = self.name and request.url.scheme == "https"
        return _origin(request, self.name) if named else None

    def home(self, request: Request) -> str:
        """The origin to send somebody to who is to make a passkey."""
        return self.elsewhere(request) or _origin(request)


def _host(request: Request) -> str:
    return (request.url.hostname or "").lower()


def _origin(request: Request, host: str = "") -> str:
    scheme, port = request.url.scheme, request.url.port
    host = host or _host(request)
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port in (None, _DEFAULT_PORTS.get(scheme)) else f":{port}")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_here(host: str) -> bool:
    """Browsers trust it without TLS (Secure Contexts, 3.1)."""
    return host == "localhost" or host.endswith(".localhost")
