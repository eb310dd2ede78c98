"""What the routes of intake share: how a body is read, and how refusals stand in the interface's description."""

import re
from typing import Any

from fastapi import Request
from pydantic import BaseModel

from producers.intake.accept import BODY_MAX, too_large
from schemas.errors import Refused

DEVICE = re.compile(r"[A-Za-z0-9_-]{1,64}")

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "urn:scrubcast: and a stable word for programs"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong and what to do; never what was sent"},
        "revoked_by": {"type": "string", "description": "of tablet-revoked: who switched the tablet off"},
        "tries_left": {"type": "integer", "description": "of wrong-pin: how many before this person is locked here"},
    },
}
WORDS = {
    400: "not JSON",
    401: "no token, or one that is not known or has ended; or a tablet that is not known",
    403: "a role, a tablet or a signature that may not do this",
    404: "no such live event, or no such update in it",
    409: "in conflict with what came before, or outside its window",
    413: "too large or too long",
    415: "not application/json",
    422: "not understood",
    429: "too fast or locked; see Retry-After",
    503: "not stored; keep it and try again after Retry-After seconds",
}
SIGNATURE: list[dict[str, Any]] = [
    {"in": "header", "name": "Scrubcast-Device", "schema": {"type": "string", "pattern": f"^{DEVICE.pattern}$"}},
    {"in": "header", "name": "Scrubcast-Time", "schema": {"type": "string", "format": "date-time"}},
    {"in": "header", "name": "Scrubcast-Counter", "schema": {"type": "integer", "minimum": 0}},
    {
        "in": "header",
        "name": "Scrubcast-Signature",
        "description": "of an enrolled tablet, which signs every request; without it a person's token is worth nothing",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{86}$"},
    },
]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": PROBLEM}}
    return {status: {"description": WORDS[status], "content": content} for status in statuses}


def described(body: type[BaseModel] | None = None) -> dict[str, Any]:
    """What FastAPI cannot see of a route that reads its request itself."""
    if body is None:
        return {"parameters": SIGNATURE}
    content = {"application/json": {"schema": body.model_json_schema()}}
    return {"parameters": SIGNATURE, "requestBody": {"required": True, "content": content}}


def device_in(request: Request) -> str | None:
    device = request.headers.get("scrubcast-device")
    if device is not None and not DEVICE.fullmatch(device):
        raise Refused("Scrubcast-Device has to be 1 to 64 letters, digits, - or _.", code="bad-device")
    return device


async def json_body(request: Request) -> bytes:
    """At most BODY_MAX bytes: reading stops there, whatever the length header said."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused("The body has to be application/json.", code="not-json", status=415)
    return await any_body(request)


async def any_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            too_large()
    return bytes(body)
