"""The three ports of one installation: asked for, or kept from last time, or the default; free, or a clear word."""

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.home import write_private
from deploy.settings import DEFAULT_PORT
from schemas.errors import Refused

FREE_TRIES = 50


@dataclass(frozen=True)
class Ports:
    intake: int
    desk: int
    page: int

    @classmethod
    def three(cls, first: int) -> "Ports":
        return cls(first, first + 1, first + 2)


def choose(asked: int | None, kept: Path) -> Ports:
    """`asked` 0 means any three free ones. What is chosen is kept, so that tablets find the same address again."""
    if asked == 0:
        ports = _any_three()
    elif asked is not None:
        ports = Ports.three(asked)
    else:
        ports = _kept(kept) or Ports.three(DEFAULT_PORT)
    for port in asdict(ports).values():
        if not _is_free(port):
            raise Refused(f"Port {port} is taken by another program. Choose another with --port.", code="port-taken")
    write_private(kept, json.dumps(asdict(ports)).encode())
    return ports


def _kept(path: Path) -> Ports | None:
    try:
        return Ports(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _any_three() -> Ports:
    for _ in range(FREE_TRIES):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        if first < 65_500 and all(_is_free(first + n) for n in range(3)):
            return Ports.three(first)
    raise Refused("No three free ports in a row were found.", code="no-ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
