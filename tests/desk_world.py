"""A desk over topics in memory, with an invented event and one person in each role; for tests."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from producers.desk.app import create_app
from schemas.draft import Action, Disposition, Draft, Finding, PolicyRef
from schemas.envelope import Actor, Envelope, Role, sha256_hex, system
from schemas.ids import derive
from schemas.live_event import LiveEvent
from schemas.receipt import Receipt
from schemas.release import Release
from schemas.submission import Submission, Written
from schemas.topics import DRAFTS, RECEIPTS, SUBMISSIONS, Topic
from streams import sealing
from streams.auth import Tokens
from streams.clock import Clock, ManualClock, SystemClock
from streams.memory import MemoryBus
from streams.policies import SHIPPED_ONLY
from streams.standing import LOOK_S
from streams.vault import Vault
from tests.browser_fixture import serving
from tests.examples import NOW, POLICY, event_file

EVENT = "knee-2026"
ORIGIN = "http://desk.example"
TOKENS = {role.value: f"token-of-{role.value}" for role in Role if role is not Role.SYSTEM}
WINDOW = {"opens": NOW - timedelta(hours=1), "closes": NOW + timedelta(hours=3)}


def update_id(n: int) -> UUID:
    return UUID(f"01930000-0000-7000-8000-{n:012d}")


def screen(live_event: LiveEvent, before: Draft, text: str, editor: Actor) -> Draft:
    """A small screening for tests: it knows one name, covers it, and refuses a text of nothing else."""
    covered = text.replace("Lopez", "[name]")
    start = text.find("Lopez")
    law = "45 CFR 164.514(b)(2)(i)(A)"
    name = {"kind": "known-term", "rule": "known-term", "action": Action.HOLD, "law": law}
    found = () if start < 0 else (Finding.model_validate({"start": start, "end": start + 5} | name),)
    return before.model_copy(
        update={
            "id": derive(before.update_id, "draft", before.revision + 1, editor.name),
            "at": live_event.at,
            "actor": editor,
            "cause": before.id,
            "revision": before.revision + 1,
            "text": covered,
            "text_sha256": sha256_hex(covered),
            "findings": found,
            "disposition": Disposition.REFUSE if covered.strip() == "[name]" else Disposition.HOLD,
            "reasons": ("edited",),
            "authors": (*before.authors, editor.name),
        }
    )


@dataclass
class World:
    """One desk, its topics and its vault. `send` puts what other stages would write on the topics."""

    app: FastAPI
    bus: MemoryBus
    clock: Clock
    vault: Vault
    http: httpx.AsyncClient
    sent: int = 0
    keys: dict[str, dict[str, str]] = field(default_factory=dict)

    async def ask(self, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {TOKENS[role]}"} if role else {}
        return await self.http.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def open(self, **changes: Any) -> httpx.Response:
        file = event_file(
            **({"destinations": [{"platform": "local"}, {"platform": "x", "account": "@StAnna"}]} | changes)
        )
        answer = await self.ask("director", "POST", "/live-events", json.loads(json.dumps(file, default=_iso)))
        if answer.status_code == 201:
            self.keys[file["id"]] = self.vault.create(file["id"], tuple(file["protect"]))
        await self.settle()  # the desk goes on with what it wrote before it has read it back
        return answer

    async def held(self, text: str = "Her [relative] is here.", *, typed: str | None = None, **changes: Any) -> Draft:
        """A submission and its held draft, as intake and scrub would have written them."""
        self.sent += 1
        number = update_id(self.sent)
        typed = text if typed is None else typed
        written = Written(text=typed, update_id=number, live_event_id=EVENT)
        sealed = sealing.seal(self.keys[EVENT], written.model_dump_json().encode())
        at = self.clock.now()
        actor = Actor(role=Role.REPORTER, name="reporter")
        position = await self.bus.send(
            SUBMISSIONS,
            Submission(
                id=number, live_event_id=EVENT, at=at, actor=actor, update_id=number,
                sealed=sealed, sealed_sha256=sha256_hex(sealed),
            ),
        )  # fmt: skip
        draft = Draft(
            **{
                "id": derive(number, "draft", 0),
                "live_event_id": EVENT,
                "at": at,
                "actor": system("scrub"),
                "cause": number,
                "update_id": number,
                "text": text,
                "text_sha256": sha256_hex(text),
                "disposition": Disposition.HOLD,
                "needs": Role.REVIEWER,
                "reasons": ("relative",),
                "policy": POLICY,
                "phase": "key step",
                "authors": ("reporter",),
                "received_at": at,
                "source_partition": position.partition,
                "source_offset": position.offset,
            }
            | changes
        )
        await self.send(DRAFTS, draft)
        return draft

    async def send(self, topic: Topic[Any], record: Envelope) -> None:
        """Writes a record and waits until the desk has read it."""
        await self.bus.send(topic, record)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(200):  # more rounds of the loop than a record takes to reach the pages
            await asyncio.sleep(0)

    async def outcome(self, release: Release, destination: str, outcome: str = "posted", **changes: Any) -> Receipt:
        """What the poster would say of one post."""
        receipt = Receipt(
            **{
                "id": derive(release.id, destination, "receipt", outcome),
                "live_event_id": release.live_event_id,
                "at": self.clock.now(),
                "actor": system("poster"),
                "update_id": release.update_id,
                "release_id": release.id,
                "destination": destination,
                "post_id": derive(release.id, destination, 0),
                "n": 1,
                "part": 0,
                "parts": 1,
                "outcome": outcome,
                "text": release.text,
                "text_sha256": release.text_sha256,
                "posted_at": self.clock.now() if outcome == "posted" else None,
            }
            | changes
        )
        await self.send(RECEIPTS, receipt)
        return receipt

    def records(self, topic: Topic[Any]) -> list[Any]:
        return [topic.model.decode(m.value or b"") for m in self.bus.everything(topic.name)]

    async def decide(self, role: str, draft: Draft, verdict: str, **more: Any) -> httpx.Response:
        path = f"/live-events/{EVENT}/drafts/{draft.id}/decision"
        return await self.ask(role, "POST", path, {"verdict": verdict, "text_sha256": draft.text_sha256} | more)

    async def control(self, role: str, kind: str, **more: Any) -> httpx.Response:
        answer = await self.ask(role, "POST", f"/live-events/{EVENT}/controls", {"kind": kind} | more)
        await self.settle()
        return answer

    async def waiting(self, role: str = "reviewer") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask(role, "GET", f"/live-events/{EVENT}/drafts")).json()["drafts"]
        return found


def _iso(value: Any) -> str:
    return str(value.isoformat())


def make_app(bus: MemoryBus, clock: Clock, vault: Vault, **changes: Any) -> FastAPI:
    options: dict[str, Any] = {
        "screen": screen,
        "policy_of": lambda name: PolicyRef(name=name, sha256=POLICY.sha256),
        "session_key": b"k" * 32,
        "pin_key": b"p" * 32,
        "page_url": "http://page.example",
        "intake_url": "https://tablets.example",
        "known_platforms": frozenset({"local", "x", "mastodon"}),
        "policies": SHIPPED_ONLY.by_name,
    }
    return create_app(bus, Tokens.of(TOKENS), clock, vault, **(options | changes))


class StillClock(ManualClock):
    """Stands still, but for the moment that a stop takes to be answered: nobody posts beside this desk."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(0 if seconds == LOOK_S else seconds)


class RunningClock(SystemClock):
    """Real time that began at NOW, so that the example event is in its window."""

    def __init__(self) -> None:
        self._began = self.monotonic()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.monotonic() - self._began)


@asynccontextmanager
async def served_desk(folder: Path) -> AsyncIterator[tuple[World, str]]:
    """A desk on a loopback port, its clock running; for browsers."""
    bus, clock, vault = MemoryBus(), RunningClock(), Vault(folder / "vault", b"v" * 32)
    app = make_app(bus, clock, vault)
    async with serving(app) as origin, httpx.AsyncClient(base_url=origin, trust_env=False) as http:
        yield World(app, bus, clock, vault, http), origin


@asynccontextmanager
async def desk_world(folder: Path, *, clock: Clock | None = None, **changes: Any) -> AsyncIterator[World]:
    """A running desk with the example event open."""
    bus, clock, vault = MemoryBus(), clock or StillClock(NOW), Vault(folder / "vault", b"v" * 32)
    app = make_app(bus, clock, vault, **changes)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http,
    ):
        world = World(app, bus, clock, vault, http)
        await world.settle()
        yield world
