"""JSON Schema of every noun and an AsyncAPI document of the topics, generated from the models into `docs/`.

`python -m deploy.schema_docs` writes them; a test compares, so that documents and models cannot drift apart.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemas.checkpoint import Checkpoint
from schemas.consent import Consent
from schemas.enrolment import Invitation, Person
from schemas.live_event import LiveEventFile
from schemas.policy import Policy
from schemas.receipt import Notice, Retraction
from schemas.retention import Erasure
from schemas.submission import IntakeReceipt, SubmissionRequest, Written
from schemas.thread import Post, Thread
from schemas.topics import TOPICS

DOCS = Path(__file__).resolve().parent.parent / "docs"
OTHERS: tuple[type[BaseModel], ...] = (
    Checkpoint, Consent, Erasure, IntakeReceipt, Invitation, LiveEventFile, Notice, Person, Policy, Post, Retraction,
    SubmissionRequest, Thread, Written,
)  # fmt: skip


def documents() -> dict[str, str]:
    """From the path below `docs/` to the text that has to be there."""
    models = {topic.model.__name__: topic.model for topic in TOPICS} | {m.__name__: m for m in OTHERS}
    found = {f"schemas/{name}.json": _text(model.model_json_schema()) for name, model in sorted(models.items())}
    return found | {"asyncapi.json": _text(_asyncapi())}


def _asyncapi() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "scrubcast topics",
            "version": "1",
            "description": "All records of one live event lie on one partition of every topic, so they stay in order.",
        },
        "channels": {
            topic.noun: {
                "address": topic.name,
                "description": topic.purpose,
                "messages": {topic.model.__name__: {"payload": {"$ref": f"schemas/{topic.model.__name__}.json"}}},
                "bindings": {"kafka": {"topicConfiguration": _binding(topic.settings())}},
            }
            for topic in TOPICS
        },
    }


def _binding(settings: dict[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "cleanup.policy": settings["cleanup.policy"].split(","),
        "retention.ms": int(settings["retention.ms"]),
    }
    others = ("segment.ms", "max.compaction.lag.ms", "flush.messages")
    return out | {name: int(settings[name]) for name in others if name in settings}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    for name, text in documents().items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
