"""Runs the peer: `python -m tests.peers.bluesky --state DIR` prints `{"port": …, "pids": …}` once it answers.

Accounts are made through its own interface: POST /xrpc/com.atproto.server.createAccount, handles end in `.test`.
"""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from tests.peers.bluesky.install import installed
from tests.peers.bluesky.server import BlueskyPeer


async def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.peers.bluesky", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True, help="a folder that survives kill -9 of this process")
    parser.add_argument("--rate-limits", action="store_true", help="with the limits of bsky.social")
    args = parser.parse_args()
    peer = BlueskyPeer(installed(), args.state.resolve(), port=args.port, rate_limits=args.rate_limits)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    try:
        await peer.start()
        print(json.dumps({"port": peer.port, "pids": peer.pids}), flush=True)
        await stop.wait()
    finally:
        await peer.stop()


asyncio.run(main())
