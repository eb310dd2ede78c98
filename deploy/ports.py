"""The ports of one installation: asked for, or kept from last time, or the default; free, or a clear word.

Three in a row for intake, desk and page; on a local net the next one for how to come to trust their certificate.
"""

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.home import write_private
from deploy.settings import DEFAULT_PORT
from schemas.errors import Refused

FREE_TRIES = 50
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    intake: int
    desk: int
    page: int

    @property
    def trust(self) -> int:
        return self.page + 1

    @classmethod
    def three(cls, first: int) -> "Ports":
        return cls(first, first + 1, first + 2)


def choose(asked: int | None, kept: Path, *, host: str = LOOPBACK, trust: bool = False) -> Ports:
    """`asked` 0 means any free ones. What is chosen is kept, so that tablets find the same address again.

    `host` is where they have to be free, `trust` whether the fourth is used.
    """
    if asked == 0:
        ports = _any(host, 4 if trust else 3)
    elif asked is not None:
        ports = Ports.three(asked)
    else:
        ports = _kept(kept) or Ports.three(DEFAULT_PORT)
    for port in (*asdict(ports).values(), *([ports.trust] if trust else [])):
        if not _is_free(port, host):
            raise Refused(f"Port {port} is taken by another program. Choose another with --port.", code="port-taken")
    write_private(kept, json.dumps(asdict(ports)).encode())
    return ports


def _kept(path: Path) -> Ports | None:
    try:
        return Ports(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _any(host: str, number: int) -> Ports:
    for _ in range(FREE_TRIES):
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            first = int(probe.getsockname()[1])
        if first < 65_500 and all(_is_free(first + n, host) for n in range(number)):
            return Ports.three(first)
    raise Refused(f"No {number} free ports in a row were found.", code="no-ports")


def _is_free(port: int, host: str) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
