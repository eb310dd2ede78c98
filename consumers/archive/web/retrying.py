"""`/audit/{id}/policy`: what another policy would have decided otherwise, as a list that says what there is to do."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, UploadFile
from starlette.responses import Response

from consumers.archive.replay import Replay
from consumers.archive.retrial import DO, GROUPS, READ_FIRST, Group, Lack, Retrial, Retried
from consumers.archive.timeline import instant, timeline
from consumers.archive.web.look import Look
from consumers.archive.web.moment_words import address
from consumers.archive.web.pages import AuditPages, Visitor
from consumers.archive.web.phrases import add_phrases
from consumers.archive.web.phrases_policy import PHRASES
from consumers.archive.web.shelf import Opened
from schemas.errors import Refused
from schemas.policy import Policy
from streams.scrub.policy import parse

add_phrases(PHRASES)

FILE_BYTES_MAX = 200_000  # as of a policy file elsewhere: the shipped ones have 2,000
ROWS_MAX = 200  # of one group on a page; more are counted, and the command lists them all

_JUDGED = {
    "typed": "{n} screened again as typed",
    "published": "{n} screened again as published, with the recorded findings",
    "recorded": "{n} by the recorded findings alone",
}
_LACK: dict[Lack, str] = {
    "keys-destroyed": "the event's keys are destroyed",
    "not-kept": "what was typed is no longer kept",
    "not-reached": "what was typed is on the system's machine and could not be reached",
    "no-raw-text-in-a-bundle": "a bundle holds nothing that was typed",
}
_BY = {"typed": "screened as typed", "published": "screened as published", "recorded": "by the recorded findings"}
_WAS = {"clear": "Clear", "redacted": "Covered", "hold": "Held", "refuse": "Refused"}

Judge = Callable[[Replay, str, Policy], Awaitable[Retrial]]
"""Judges every update of an event again; deploy gives it, as `more["retrial"]`."""


def routes(pages: AuditPages) -> APIRouter:
    router = APIRouter(prefix="/audit")
    judge: Judge | None = pages.more.get("retrial")

    @router.get("/{live_event_id}/policy")
    async def chosen(request: Request, live_event_id: str, policy: str = "") -> Response:
        visitor = pages.visitor(request)
        opened = await pages.aside(pages.shelf.open, live_event_id)
        if not policy:
            return await _page(request, visitor, live_event_id, opened, None)
        found = pages.policies.get(policy) or opened.policies.get(policy)
        if found is None:
            raise Refused("There is no such policy here.", code="unknown-policy", status=404)
        return await _page(request, visitor, live_event_id, opened, found)

    # A dependency, so that nobody learns what a body should look like before saying who they are.
    @router.post("/{live_event_id}/policy", dependencies=[Depends(pages.visitor)])
    async def uploaded(request: Request, live_event_id: str, file: Annotated[UploadFile, File()]) -> Response:
        visitor = pages.visitor(request)
        opened = await pages.aside(pages.shelf.open, live_event_id)
        try:
            found = _parsed(await file.read(FILE_BYTES_MAX + 1))
        except Refused as refused:
            return await _page(request, visitor, live_event_id, opened, None, wrong=str(refused))
        return await _page(request, visitor, live_event_id, opened, found)

    async def _page(
        request: Request, visitor: Visitor, name: str, opened: Opened, policy: Policy | None, *, wrong: str = ""
    ) -> Response:
        if opened.told is None:
            return pages.render(request, visitor, "damaged.html", id=name, verdict=opened.verdict)
        look = Look(await pages.aside(timeline, opened.told), visitor.lang)
        values: dict[str, Any] = {"id": name, "title": look.of.title or name, "wrong": wrong, "result": None}
        values |= {
            "packaged": list(pages.policies),
            "past": _past(opened),
            "chosen": request.query_params.get("policy"),
        }
        if policy is not None and judge is not None:
            await pages.looked(visitor, "replayed", name, policy_sha256=policy.sha256)
            values["result"] = _result(look, await judge(opened.told, name, policy))
        return pages.render(request, visitor, "policy.html", 422 if wrong else 200, **values)

    return router


def _parsed(data: bytes) -> Policy:
    if len(data) > FILE_BYTES_MAX:
        raise Refused(f"larger than {FILE_BYTES_MAX} bytes", code="too-large")
    try:
        return parse(data.decode("utf-8"), "policy")
    except UnicodeDecodeError:
        raise Refused("it is not UTF-8", code="unreadable") from None


def _past(opened: Opened) -> list[tuple[str, str]]:
    """Those under which this event went, by hash."""
    return sorted((sha256, f"{policy.name} {sha256[:12]}") for sha256, policy in opened.policies.items())


def _result(look: Look, found: Retrial) -> dict[str, Any]:
    return {
        "policy": (found.policy[0], found.policy[1][:12]),
        "count": len(found.found),
        "total": found.total,
        "judged": [look.t(_JUDGED[by], n=n) for by, n in found.judged.items() if n],
        "lack": look.t(_LACK[found.lack]) if found.lack else "",
        "protected": found.protected,
        "groups": [_group(look, group, found.of(group)) for group in GROUPS if found.of(group)],
    }


def _group(look: Look, group: Group, rows: tuple[Retried, ...]) -> dict[str, Any]:
    title, do = DO[group]
    return {
        "id": group,
        "title": look.t(title),
        "do": look.t(do).replace(" ID ", f" {look.of.live_event_id} "),
        "icon": {"look-now": "warn", "was-public": "undo", "other-word": "users"}.get(group, "eye"),
        "urgent": group == "look-now",
        "rows": [_row(look, row) for row in rows[:ROWS_MAX]],
        "count": len(rows),
        "more": max(0, len(rows) - ROWS_MAX),
    }


def _row(look: Look, row: Retried) -> dict[str, Any]:
    at = instant(row.at)
    now = look.t(_WAS[row.derived.value])
    return {
        "time": look.clock(at),
        "day": look.day(at),
        "name": look.update(row.update_id),
        "id": row.update_id,
        "href": f"/audit/{look.of.live_event_id}{address(look, at, row.update_id)}",
        "text": row.text,
        "where": [(look.place(destination), url) for destination, url in row.where],
        "then": _then(look, row),
        "now": f"{now}: {look.role(row.needs.value)}" if row.needs else now,
        "why": [(kind, _why(look, kind), n) for kind, n in row.because],
        "by": look.t(_BY[row.judged_by]),
    }


def _then(look: Look, row: Retried) -> str:
    was = look.t(_WAS[row.recorded.value])
    if row.approved_by is not None:
        return f"{was}, {look.t('let go: {role}', role=look.role(row.approved_by))}"
    states = {"returned": "returned", "retracted": "taken back", "in-review": "still waiting at the end"}
    more = look.t(states[row.state]) if row.state in states else ""
    return f"{was}, {more}" if more else was


def _why(look: Look, kind: str) -> str:
    return look.t("this policy has a person read everything") if kind == READ_FIRST else look.kind(kind)
