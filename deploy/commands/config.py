"""`scrubcast config`: every setting in force, secrets masked."""

import argparse
import json
from typing import Any

from deploy.cli import with_data
from deploy.settings import load

MASK = "**********"


def add(parser: argparse.ArgumentParser) -> None:
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    # SecretStr shows itself as asterisks. Options of second opinions are free words to us: any of them may be a key.
    shown: dict[str, Any] = settings.model_dump(mode="json")
    for options in shown["scrub"]["opinion"].values():
        options.update({name: MASK for name in options if _may_be_secret(name)})
    print(json.dumps(shown, indent=2))
    return 0


def _may_be_secret(name: str) -> bool:
    return any(part in name.lower() for part in ("key", "token", "secret", "password"))
