"""`scrubcast topics check|create`: the topics with their settings; a difference is reported, never changed."""

import argparse
import asyncio

from deploy.cli import with_data
from deploy.home import Home
from deploy.retention import topics_of
from deploy.settings import Settings, load
from streams.kafka_topics import TopicState, check, ensure


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=["check", "create"])
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    states = asyncio.run(_states(arguments.act, reachable(settings)))
    for state in states:
        print(f"{state.name:<28} {_words(state)}")
    return 1 if any(not s.exists or s.differs for s in states) else 0


def _words(state: TopicState) -> str:
    if not state.exists:
        return "missing"
    return f"{state.partitions} partitions, {'; '.join(state.differs) or 'as it should be'}"


def reachable(settings: Settings) -> Settings:
    """The configured cluster, or the embedded broker of the system that runs on the data folder."""
    if settings.kafka.bootstrap:
        return settings
    bootstrap = Home(settings.data).addresses()["bootstrap"]
    return settings.model_copy(update={"kafka": settings.kafka.model_copy(update={"bootstrap": bootstrap})})


async def _states(act: str, settings: Settings) -> list[TopicState]:
    connection = settings.connection("topics")
    if act == "check":
        return await check(connection, topics_of(settings))
    return await ensure(
        connection, topics_of(settings), partitions=settings.kafka.partitions, replication=settings.kafka.replication
    )
