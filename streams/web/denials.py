"""Tells the log who was turned away: where, why and as what, by ids and codes; never what was sent, nor a name.

Lines are bounded, so that nobody can fill a disk by being turned away; what was left out is counted on the next line.
"""

import ipaddress
from uuid import UUID

import structlog
from starlette.requests import HTTPConnection

from schemas.envelope import Actor
from schemas.errors import Refused
from streams.clock import Clock
from streams.rates import Rates, TooFast

# Two a second, as much as anybody reads, and 40 MB a day at most. A team that is not attacked is below ten a day.
LINES_PER_MINUTE = 120
DENIALS = frozenset({401, 403, 429})
# Who shows nothing at all has tried nothing: every first visit begins so.
NO_TRY = frozenset({"not-signed-in"})
TOLD = frozenset({"wrong-pin"})  # by who looked at the PIN, and knows whose it should be
_NETWORK_BITS = 64  # of IPv6: what one subscriber is given at least (RFC 6177)

log = structlog.get_logger("security")


class SecurityLog:
    """Of one origin, kept in its `app.state.security`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines = Rates(LINES_PER_MINUTE)
        self._left_out = 0

    def tell(self, event: str, **fields: object) -> None:
        """One line, or none where there were too many; `fields` are ids, codes and counts."""
        try:
            self._lines.take("", self._clock.monotonic())
        except TooFast:
            self._left_out += 1
            return
        more = {"count": self._left_out} if self._left_out else {}
        self._left_out = 0
        log.warning(event, **fields, **more)


def denied(request: HTTPConnection, error: Refused) -> None:
    """Called by what answers a refusal. `request.state.actor` is who was found behind it, where anybody was; `told`:
    the log knows it already."""
    security: SecurityLog | None = getattr(request.app.state, "security", None)
    if security is None or error.status not in DENIALS or error.code in NO_TRY | TOLD:
        return
    if getattr(request.state, "told", False):
        return
    actor: Actor | None = getattr(request.state, "actor", None)
    security.tell(
        "denied",
        status=error.status,
        code=error.code,
        method=request.scope.get("method"),
        route=getattr(request.scope.get("route"), "path", None),  # with its parameters' names, not their values
        role=None if actor is None else str(actor.role),
        actor=None if actor is None else id_of(actor),
        address=address(request),
    )


def id_of(actor: Actor) -> str | None:
    """The id of the tablet or passkey, never a name; a program may call its device anything."""
    try:
        return str(UUID(actor.device or ""))
    except ValueError:
        return None


def address(request: HTTPConnection) -> str:
    """Whence it comes: an IPv4 address, or the network of an IPv6 one. Empty where the server does not know.

    Behind a proxy this is what the proxy says, or the proxy itself: docs/joining.md.
    """
    host = request.client.host if request.client is not None else ""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    if (mapped := getattr(found, "ipv4_mapped", None)) is not None:
        return str(mapped)
    return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))
