"""Runs the peer: `python -m tests.peers.x --port 0 --state FILE` prints `{"port": …}` once it answers."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from yarl import URL

from tests.peers.x.running import serving
from tests.peers.x.settings import Settings


async def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.peers.x", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on loopback; 0: a free one")
    parser.add_argument("--state", type=Path, required=True, help="a file that survives kill -9 of this process")
    parser.add_argument("--accounts", type=int, default=1, help="OurHospital, OurHospital2, …")
    parser.add_argument("--settings", type=json.loads, default={}, help="as for /_control/settings, as JSON")
    args = parser.parse_args()
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    settings = Settings().having(args.settings)
    async with serving(args.state, accounts=args.accounts, settings=settings, port=args.port) as door:
        print(json.dumps({"port": URL(door.url).port}), flush=True)
        await stop.wait()


asyncio.run(main())
