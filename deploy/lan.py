"""Under which names and addresses other machines on the local net reach this one."""

import ipaddress
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from schemas.errors import Refused

Address = IPv4Address | IPv6Address

# One address in each private range of IPv4 and one on the internet. Connecting a datagram socket sends nothing:
# the kernel only says from which of its addresses it would send there.
_TOWARDS = ("1.1.1.1", "10.255.255.254", "172.31.255.254", "192.168.255.254")
_DISCARD_PORT = 9


@dataclass(frozen=True)
class Names:
    """What a certificate of this machine names; the first of `chosen` or of `addresses` stands in its URLs."""

    chosen: tuple[str, ...]  # by the one who runs it: host names or addresses
    host: str
    addresses: tuple[Address, ...]

    @property
    def url_host(self) -> str:
        """Raises Refused where nothing on a local net would find this machine."""
        if self.chosen:
            return _in_url(self.chosen[0])
        if self.addresses:
            return _in_url(str(self.addresses[0]))
        raise Refused(
            "This machine has no address on a local net. Connect it, or name it with SCRUBCAST_TLS__NAMES.",
            code="no-lan",
        )

    def dns(self) -> tuple[str, ...]:
        named = [name.lower().rstrip(".") for name in self.chosen if as_address(name) is None]
        own = [self.host, *([f"{self.host}.local"] if "." not in self.host else [])] if self.host else []
        return tuple(dict.fromkeys([*named, *own, "localhost"]))

    def ip(self) -> tuple[Address, ...]:
        given = [found for name in self.chosen if (found := as_address(name)) is not None]
        loopback: list[Address] = [IPv4Address("127.0.0.1"), IPv6Address("::1")]
        return tuple(dict.fromkeys([*given, *self.addresses, *loopback]))


def of_this_machine(chosen: Iterable[str] = ()) -> Names:
    """Looks at the kernel's routes and the host's name; asks nobody on the net."""
    return Names(tuple(chosen), _host(), tuple(dict.fromkeys(a for a in map(_from, _TOWARDS) if a is not None)))


def as_address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` is reached from this machine alone. A name nobody knows is not."""
    address = as_address(host)
    return host == "localhost" if address is None else address.is_loopback


def _host() -> str:
    name = socket.gethostname().lower().rstrip(".")
    fits = len(name) <= 253 and all(part and part.replace("-", "").isalnum() for part in name.split("."))  # RFC 1035
    return name if fits and name.isascii() and as_address(name) is None and name != "localhost" else ""


def _from(target: str) -> Address | None:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((target, _DISCARD_PORT))
        found = as_address(str(probe.getsockname()[0]))
        return found if found is not None and not (found.is_loopback or found.is_unspecified) else None
    return None


def _in_url(host: str) -> str:
    address = as_address(host)
    return f"[{address}]" if isinstance(address, IPv6Address) else host
