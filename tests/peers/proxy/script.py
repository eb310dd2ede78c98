"""Which fault is next for a request, and what an answer is changed to: the proxy's script, without I/O."""

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PLAIN = frozenset(
    {
        "ok", "drop-before", "drop-after", "hang", "hang-after", "late", "html-503", "html-503-after", "empty-after",
        "half-after",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What happens to one request that fits. `status` is the number in `status:429`, `status-after:500`."""

    what: str
    method: str | None = None
    path: str = "/"
    after_s: float = 1.0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ""
    status: int = 0

    def fits(self, method: str, path: str) -> bool:
        return self.method in (None, method) and path.startswith(self.path)


def fault(record: Mapping[str, Any]) -> Fault:
    """Raises ValueError for a word that is none: a typing error must not make a test pass."""
    unknown = set(record) - {"what", "method", "path", "after_s", "headers", "body"}
    what, colon, number = str(record["what"]).partition(":")
    known = what in PLAIN if not colon else what in ("status", "status-after") and number.isdigit()
    if unknown or not known:
        raise ValueError(f"no such fault: {record['what']} {sorted(unknown)}")
    return Fault(**{**record, "what": what, "status": int(number or 0)})


class Script:
    """Faults, each used once: a request takes the first one in the list that fits it."""

    def __init__(self) -> None:
        self.left: list[Fault] = []

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        self.left.extend([fault(record) for record in records])

    def next(self, method: str, path: str) -> Fault | None:
        found = next((f for f in self.left if f.fits(method, path)), None)
        if found is not None:
            self.left.remove(found)
        return found


def rewritten(body: bytes, rules: Iterable[Mapping[str, Any]]) -> bytes:
    """`rules`: `{"key": "/configuration/statuses/max_characters", "value": …}`; other than JSON stays as it is."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return body
    for rule in rules:
        with contextlib.suppress(IndexError, TypeError):  # this answer has no such place
            _put(parsed, [p.replace("~1", "/").replace("~0", "~") for p in rule["key"].lstrip("/").split("/")], rule)
    return json.dumps(parsed).encode()


def _put(at: Any, keys: list[str], rule: Mapping[str, Any]) -> None:
    for key in keys[:-1]:
        at = at.setdefault(key, {}) if isinstance(at, dict) else at[int(key)]
    if "value" not in rule:
        at.pop(keys[-1], None)
    else:
        at[keys[-1] if isinstance(at, dict) else int(keys[-1])] = rule["value"]
