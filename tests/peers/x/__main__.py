"""Runs the peer: `python -m tests.peers.x --port 0 --state FILE` prints `{"port": …}` once it answers."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from aiohttp import web

from tests.peers.x.app import Peer
from tests.peers.x.oauth import Account
from tests.peers.x.store import Store


async def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.peers.x", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True, help="a file that survives kill -9 of this process")
    args = parser.parse_args()
    store = Store(args.state)
    runner = web.AppRunner(Peer(store, Account()).app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", args.port, shutdown_timeout=0.1)
    await site.start()
    assert site._server is not None
    print(json.dumps({"port": site._server.sockets[0].getsockname()[1]}), flush=True)  # type: ignore[attr-defined]  # asyncio.Server has it
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await stop.wait()
    await runner.cleanup()
    store.close()


asyncio.run(main())
