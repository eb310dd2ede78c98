"""What a server tells the whole network about one repository, as it happens: com.atproto.sync.subscribeRepos.

It sees what a later reading cannot: a post that stood for seconds. What it misses while it is not connected, the next
reading finds, as far as it still stands. The only file that decodes the network's own format.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from atproto_core.car import CAR  # type: ignore[import-untyped]  # it ships no types; used here alone
from atproto_core.cbor import decode_dag_multi  # type: ignore[import-untyped]  # likewise
from atproto_core.cid import CID  # type: ignore[import-untyped]  # likewise

from schemas.errors import Uncertain

PATH = "/xrpc/com.atproto.sync.subscribeRepos"
FRAME_BYTES_MAX = 8 * 1024 * 1024  # a commit has at most 2 MB of blocks (atproto.com/specs/sync)
PING_S = 20.0  # a connection that answers no ping is lost, however long nobody posts


@dataclass(frozen=True, slots=True)
class Heard:
    """One change to one record. `record` None: it was deleted."""

    uri: str
    cid: str
    record: dict[str, Any] | None


async def listen(url: str, did: str, collection: str, connected: float) -> AsyncIterator[Heard | None]:
    """What happens to this repository from now on; first None, once it is connected. `connected`: seconds for that.

    Ends when the server does. Raises Uncertain when the connection is lost, or what comes cannot be read.
    """
    timeout = aiohttp.ClientTimeout(total=None, connect=connected, sock_connect=connected)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.ws_connect(url.rstrip("/") + PATH, heartbeat=PING_S, max_msg_size=FRAME_BYTES_MAX) as socket,
        ):
            yield None
            async for message in socket:
                if message.type is aiohttp.WSMsgType.BINARY:
                    for heard in _heard(message.data, did, collection):
                        yield heard
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Uncertain(f"Bluesky's stream was lost ({type(error).__name__}).") from None
    except (KeyError, TypeError, ValueError) as error:
        raise Uncertain(f"Bluesky's stream cannot be read ({type(error).__name__}).") from None


def _heard(frame: bytes, did: str, collection: str) -> list[Heard]:
    header, body = decode_dag_multi(frame)
    if header.get("t") != "#commit" or body.get("repo") != did:
        return []
    blocks = CAR.from_bytes(body["blocks"]).blocks if body["blocks"] else {}
    out = []
    for op in body["ops"]:
        if op["path"].startswith(f"{collection}/"):
            cid = CID.from_decoded_bytes(op["cid"]) if op["cid"] else None
            out.append(Heard(f"at://{did}/{op['path']}", str(cid or ""), dict(blocks[cid]) if cid else None))
    return out
