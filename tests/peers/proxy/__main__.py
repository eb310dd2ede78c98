"""Runs the proxy: `python -m tests.peers.proxy --target URL --port 0` prints `{"port": …, "control_port": …}`."""

import argparse
import asyncio
import json
import signal

from tests.peers.proxy.app import Proxy


async def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.peers.proxy", description=__doc__)
    parser.add_argument("--target", required=True, help="the server behind, such as http://127.0.0.1:3000")
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    proxy = Proxy(args.target, port=args.port)
    await proxy.start()
    print(json.dumps({"port": proxy.port, "control_port": proxy.control_port}), flush=True)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await stop.wait()
    await proxy.stop()


asyncio.run(main())
