"""The live event that comes with the product, invented: its file, moved to now, and its recorded stream."""

from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import yaml

STREAM = files(__name__) / "knee.jsonl"
FILE = files(__name__) / "knee.yaml"
# Wide on both sides: a demonstration is left running, looked at the next day, and shown again.
OPENED_BEFORE = timedelta(hours=1)
OPEN_FOR = timedelta(days=3)
SIGNED_BEFORE = timedelta(days=3)
CONSENT_FOR = timedelta(days=365)


def demo_event(now: datetime) -> dict[str, Any]:
    """The file as YAML reads it, with its window open at `now` and its consent signed before and valid after."""
    file: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    now = now.replace(microsecond=0)
    file["window"] = {"opens": now - OPENED_BEFORE, "closes": now + OPEN_FOR}
    file["consent"]["signed_at"] = now - SIGNED_BEFORE
    file["consent"]["expires"] = (now + CONSENT_FOR).date()
    return file


def demo_stream() -> str:
    """The recorded updates, one JSON object a line; `producers.playing` plays them."""
    return STREAM.read_text("utf-8")
