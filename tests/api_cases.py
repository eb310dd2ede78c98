"""Requests for every operation of an interface: made from its own description, and with a canary in place of texts.

What schemathesis makes is collected first and sent afterwards, so that the same requests go out in every run and an
app that lives in this event loop can be asked.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from tests.optional import missing

CANARY = "Kanarienvogel"  # stands in no sentence of ours
WRONG: tuple[Any, ...] = (
    None,
    "",
    0,
    -1,
    1e300,
    True,
    [],
    {},
    [CANARY],
    {CANARY: CANARY},
    CANARY * 9_000,
    "\x00",
    "Europe",
)
_SEEN_ALONE = 60  # places of one body that get a canary each; an event's file has as many
_EVERY_CHECK = list(HealthCheck)


@dataclass(frozen=True)
class Asked:
    """One request, its path not filled in yet."""

    method: str
    path: str
    parts: Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any = None
    has_body: bool = False

    @property
    def operation(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, known: Mapping[str, str]) -> str:
        path = self.path
        for name, value in {**self.parts, **known}.items():
            path = path.replace("{" + name + "}", quote(str(value), safe=""))
        return path

    def request(self, client: httpx.AsyncClient, known: Mapping[str, str], headers: Mapping[str, str]) -> httpx.Request:
        """`known`: ids that are there, in place of what was made up."""
        content = json.dumps(self.body).encode() if self.has_body else None
        kind = {"Content-Type": "application/json"} if self.has_body else {}
        query = {k: v if isinstance(v, str | int | float | list) else str(v) for k, v in self.query.items()}
        made = {k: v for k, v in self.headers.items() if _is_header(v)}
        return client.build_request(
            self.method, self.url(known), params=query, content=content, headers={**made, **kind, **headers}
        )


def _is_header(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()


def made(app: FastAPI, examples: int) -> list[Asked]:
    """For each operation up to `examples` requests as described, and as many that break the description."""
    try:
        import schemathesis
        from schemathesis.generation import GenerationMode
    except ImportError:
        missing("no schemathesis (a dev dependency: pip install schemathesis)")
    found: list[Asked] = []
    schema = schemathesis.openapi.from_dict(app.openapi())
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]  # a schema of ours that cannot be read fails here
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=examples, derandomize=True, database=None, phases=[Phase.generate], deadline=None,
                suppress_health_check=_EVERY_CHECK,
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def collect(case: Any) -> None:
                found.append(_asked(case))

            try:
                collect()
            except Unsatisfiable:  # an operation without input cannot be asked wrongly
                assert mode is GenerationMode.NEGATIVE
    return found


def _asked(case: Any) -> Asked:
    has_body = type(case.body).__name__ != "NotSet" and _is_json(case.body)
    return Asked(
        case.method,
        case.path,
        dict(case.path_parameters or {}),
        {k: v for k, v in dict(case.query or {}).items() if v is not None},
        {k: str(v) for k, v in dict(case.headers or {}).items()},
        case.body if has_body else None,
        has_body,
    )


def _is_json(body: Any) -> bool:
    try:
        json.dumps(body)
    except (TypeError, ValueError):
        return False
    return True


def planted(asked: Asked) -> Iterator[Asked]:
    """The same request with the canary in its path and query, in all texts of its body, and in each of them alone."""
    names = dict.fromkeys(asked.parts, CANARY)
    yield replace(asked, parts=names, query={**dict.fromkeys(asked.query, CANARY), CANARY: CANARY})
    if not asked.has_body:
        return
    places = list(leaves(asked.body))
    everywhere = asked.body
    for place in places:
        everywhere = put(everywhere, place, CANARY)
    yield replace(asked, body=everywhere)
    for place in places[:_SEEN_ALONE]:
        yield replace(asked, body=put(asked.body, place, CANARY))


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands that is no list and no object."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*place, index))
    else:
        yield place


def put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    if isinstance(value, dict):
        return {k: put(v, place[1:], new) if k == place[0] else v for k, v in value.items()}
    return [put(v, place[1:], new) if i == place[0] else v for i, v in enumerate(value)]
