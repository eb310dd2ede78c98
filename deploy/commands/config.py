"""`scrubcast config`: every setting in force, secrets masked."""

import argparse
import json

from deploy.cli import with_data
from deploy.settings import load


def add(parser: argparse.ArgumentParser) -> None:
    with_data(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = load(**({"data": arguments.data} if arguments.data else {}))
    # SecretStr shows itself as asterisks.
    print(json.dumps(settings.model_dump(mode="json"), indent=2))
    return 0
