"""Requests that change something have to come from our own pages: Sec-Fetch-Site first, Origin where it is missing.

The order is that of Go's CrossOriginProtection: a browser that sends neither header is no browser of the last years,
and a program (no Origin, no Sec-Fetch-Site) cannot be made to send another person's cookie.
"""

from urllib.parse import urlsplit

from starlette.requests import Request

from schemas.errors import Refused

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check(request: Request) -> None:
    """Raises Refused (403) for a request from another origin."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("origin")
    if site is None and (origin is None or urlsplit(origin).netloc == request.headers.get("host")):
        return
    raise Refused("This came from another site and was not done.", code="cross-origin", status=403)
