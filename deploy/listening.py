"""Where a web origin may listen: plain HTTP on this machine alone, elsewhere TLS, or behind a proxy that ends TLS."""

from deploy.lan import is_loopback
from deploy.settings import Settings
from schemas.errors import Refused

PLAIN_HTTP = (
    "The {stage} was to listen on {host} in plain HTTP. Whoever is on that net could read its keys, and browsers seal "
    "and keep nothing on such pages. Use `scrubcast up --lan`, or set SCRUBCAST_TLS__CERT_FILE and "
    "SCRUBCAST_TLS__KEY_FILE; where a proxy that ends TLS stands before it, set SCRUBCAST_BEHIND_PROXY=true."
)


def may_listen(settings: Settings, host: str) -> bool:
    return settings.tls.is_set or settings.behind_proxy or is_loopback(host)


def check(settings: Settings) -> None:
    """All three web origins at once. Raises Refused for the first that would speak plain HTTP to others."""
    for stage, section in (("intake", settings.intake), ("desk", settings.desk), ("page", settings.page)):
        if not may_listen(settings, section.host):
            raise Refused(PLAIN_HTTP.format(stage=stage, host=section.host), code="plain-http")
