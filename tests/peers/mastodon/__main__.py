"""Runs it: `python -m tests.peers.mastodon --folder DIR --user hospital` prints `{"port": …, "tokens": {…}}`."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from tests.peers.mastodon.server import mastodon


async def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.peers.mastodon", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="its state, which survives kill -9")
    parser.add_argument("--port", type=int, default=None)
    parser.add_argument("--user", action="append", default=[], help="a new account; as often as wanted")
    args = parser.parse_args()
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with mastodon(args.folder.resolve(), port=args.port) as server:
        users = [await server.user(name) for name in args.user]
        print(json.dumps({"port": server.port, "tokens": {u.username: u.token for u in users}}), flush=True)
        await stop.wait()


asyncio.run(main())
