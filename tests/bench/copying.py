"""The baseline of the compliance stage: a Faust agent with the product's own settings that only copies bytes.

python -m tests.bench.copying BOOTSTRAP FROM_TOPIC TO_TOPIC INSTANCE FOLDER
"""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import uvloop

from streams import app as engine
from streams.kafka import Connection


async def main(bootstrap: str, source: str, target: str, instance: str, folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    app = engine._app("bench-copying", Connection(bootstrap), instance, 2, folder)
    sources, targets = (
        app.topic(t, value_serializer="raw", key_serializer="raw", value_type=bytes) for t in (source, target)
    )

    async def copying(stream: Any) -> None:
        async for event in stream.events():
            await targets.send(key=event.key, value=event.value, partition=event.message.partition)

    app.agent(sources, name="copying")(copying)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await engine.run([app], stop, lambda: None)


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
