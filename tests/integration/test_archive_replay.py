"""The archive of a whole rehearsal: replayed to the second, read on pages, and held against a stricter policy."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from consumers.archive import audit
from consumers.archive.replay import Replay
from consumers.archive.retrial import GROUPS, Retrial, retry
from consumers.archive.timeline import Timeline, state_at, timeline
from deploy.commands.audit import differing, moments
from deploy.home import Home
from deploy.retrying import NOT_REACHED, Sealed, forget, materials, sealed_of
from deploy.settings import Scrub
from producers.desk.recording import recording
from schemas.draft import Action
from schemas.envelope import Role
from schemas.policy import KindRule, Policy
from schemas.topics import ACCESSES
from streams.scrub.policy import dispose, load
from tests.archive_hand import audited, rehearsed
from tests.desk_world import TOKENS, World
from tests.rehearsal_hand import REHEARSAL

STRICT = load("strict")


def _stricter(kind: str, rule: KindRule) -> KindRule:
    """What was covered waits for a person, what a reviewer let go needs a physician, and one kind is refused."""
    if kind == "known-number":
        return KindRule(action=Action.REFUSE)
    if rule.action is Action.REDACT:
        return KindRule(action=Action.HOLD)
    return rule.model_copy(update={"needs": Role.PHYSICIAN}) if kind == "known-term" else rule


STRICTER = Policy(
    name="stricter", version=1, kinds={kind: _stricter(kind, rule) for kind, rule in STRICT.kinds.items()}
)


@pytest_asyncio.fixture(scope="module")
async def played(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[World, Home]]:
    async with rehearsed(tmp_path_factory.mktemp("rehearsed")) as made:
        yield made


@pytest.fixture(scope="module")
def told(played: tuple[World, Home]) -> Replay:
    return audit.replay(played[1].archive / REHEARSAL, dispose).told


@pytest.fixture(scope="module")
def of(told: Replay) -> Timeline:
    return timeline(told)


async def test_the_end_is_what_the_desk_says_of_the_thread(played: tuple[World, Home], of: Timeline) -> None:
    world, _ = played
    items = (await world.ask("director", "GET", f"/live-events/{REHEARSAL}/thread")).json()["items"]
    now = state_at(of, of.span[1])
    assert {(i["post_id"], i["text"]) for i in items if i["state"] == "posted"} == {
        (shown.post_id, shown.text) for shown in now.public
    }
    assert [i["post_id"] for i in items if i["state"] == "retracted"] == [gone.post_id for gone in now.gone]
    assert (now.life, now.standing.state) == ("closed", "stopped")


def judged(told: Replay, world: World, sealed: Sealed, policy: Policy = STRICTER) -> Retrial:
    try:
        return retry(told, policy, dispose, materials(told, sealed, world.vault, Scrub(), policy))
    finally:
        forget()


async def test_under_the_policy_of_its_time_nothing_goes_another_way(played: tuple[World, Home], told: Replay) -> None:
    found = judged(told, played[0], await sealed_of(played[0].bus, REHEARSAL), STRICT)
    assert (found.found, dict(found.judged), found.lack) == ((), {"typed": 40, "published": 0, "recorded": 0}, "")


async def test_a_stricter_policy_lists_what_a_privacy_officer_has_to_look_at(
    played: tuple[World, Home], told: Replay, of: Timeline
) -> None:
    found = judged(told, played[0], await sealed_of(played[0].bus, REHEARSAL))
    rows = {
        group: [(row.text, f"{row.recorded} → {row.derived}", row.needs, dict(row.because)) for row in found.of(group)]
        for group in GROUPS
        if found.of(group)
    }
    assert rows == {
        "look-now": [
            (
                "If you want to help, call the ward on [phone number] and ask for flowers.",
                "redacted → hold",
                Role.REVIEWER,
                {"phone": 1},
            )
        ],
        "was-public": [
            (
                "Wristband read out loud: number [number], all correct.",
                "hold → refuse",
                None,
                {"known-number": 1, "phone": 1},
            )
        ],
        "other-word": [
            (
                "Her husband [name] sits downstairs with a newspaper he never opens.",
                "hold → hold",
                Role.PHYSICIAN,
                {"known-term": 1, "name": 1, "relative": 1},
            )
        ],
        "more-work": [(None, "redacted → hold", Role.REVIEWER, {"date": 1, "plate": 1})],
    }
    text = "\n".join(differing.as_text(of, found))
    assert "Public now, and this policy would have held, refused or covered it: 1" in text
    assert f"scrubcast retract {REHEARSAL} UPDATE" in text


async def test_nothing_that_was_typed_and_held_comes_out(
    played: tuple[World, Home], told: Replay, of: Timeline
) -> None:
    found = judged(told, played[0], await sealed_of(played[0].bus, REHEARSAL))
    out = json.dumps([differing.as_json(found), differing.rows_as_json(found)], default=str)
    out += "\n".join(differing.as_text(of, found)) + repr(found)
    names = recording("en").protect
    assert names
    assert [name for name in names if name in out] == []
    assert all(row.text is None for row in found.found if not row.published)


async def test_without_the_topics_the_published_text_is_screened_and_the_rest_is_by_its_findings(
    played: tuple[World, Home], told: Replay
) -> None:
    found = judged(told, played[0], NOT_REACHED)
    assert (dict(found.judged), found.lack, found.protected) == (
        {"typed": 0, "published": 25, "recorded": 15}, "not-reached", True,
    )  # fmt: skip
    gone = judged(told, played[0], Sealed())
    assert (gone.judged["typed"], gone.lack) == (0, "not-kept")


def test_an_instant_as_text_and_as_json_say_the_same(of: Timeline) -> None:
    now = state_at(of, of.span[1])
    assert f"public on local: {len(now.public)}" in "\n".join(moments.as_text(of, now))
    said = json.loads(json.dumps(moments.as_json(of, now)))
    assert len(said["public"]["local"]) == len(now.public)
    assert said["standing"]["state"] == "stopped"


class Reader:
    """Somebody who reads the archive's pages."""

    def __init__(self, origin: str, role: str = "auditor", lang: str = "en") -> None:
        headers = {"Authorization": f"Bearer {TOKENS[role]}", "Accept-Language": lang}
        self.http = httpx.AsyncClient(base_url=origin, headers=headers, trust_env=False)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, **more)


@pytest_asyncio.fixture(scope="module")
async def origin(played: tuple[World, Home]) -> AsyncIterator[str]:
    async with audited(*played) as found:
        yield found


@pytest_asyncio.fixture
async def reader(origin: str) -> AsyncIterator[Reader]:
    one = Reader(origin)
    yield one
    await one.http.aclose()


async def test_the_page_shows_what_was_public_at_the_time_asked_for(reader: Reader) -> None:
    early = await reader.get(f"/audit/{REHEARSAL}?at=10:00:30")
    late = await reader.get(f"/audit/{REHEARSAL}")
    assert (early.status_code, late.status_code) == (200, 200)
    assert "Public at 10:00:30" in early.text
    assert "The lights are turned, the table goes up a little." in early.text
    assert "Dr. Fenwick closes layer by layer" not in early.text
    assert "Dr. Fenwick closes layer by layer" in late.text
    assert "Stop pressed" in late.text


async def test_the_way_of_an_update_that_was_returned_has_no_text(reader: Reader) -> None:
    page = (await reader.get(f"/audit/{REHEARSAL}?u=3")).text
    assert "The way of update 3" in page
    assert "Never public. What was typed is not in the archive." in page
    assert "reviewer" in page
    assert "Returned" in page


@pytest.mark.parametrize("lang", ["de", "nl"])
async def test_no_sentence_of_the_pages_is_left_in_english(origin: str, lang: str) -> None:
    one = Reader(origin, lang=lang)
    for path in ("", "?u=3", "?at=10:00:30", "?at=soon", "/policy", "/policy?policy=gdpr"):
        page = (await one.get(f"/audit/{REHEARSAL}{path}")).text
        found = [
            s for s in ("Public at", "The way of", "Checked", "In force", "Entry ", "screened", "written") if s in page
        ]
        assert found == [], path
    await one.http.aclose()


async def test_a_time_that_is_none_is_said_and_the_page_shows_the_end(reader: Reader) -> None:
    page = await reader.get(f"/audit/{REHEARSAL}?at=soon")
    assert page.status_code == 200
    assert "A time is written as 10:43, 10:43:20 or 2026-12-01T10:43:20" in page.text


async def test_proof_and_ticks_are_there(reader: Reader) -> None:
    page = (await reader.get(f"/audit/{REHEARSAL}")).text
    path = page.split('href="/audit/' + REHEARSAL + "/proofs/")[1].split('"')[0]
    proof = await reader.get(f"/audit/{REHEARSAL}/proofs/{path}")
    assert (proof.status_code, proof.text.split("\n")[0]) == (200, "c2sp.org/tlog-proof@v1")
    ticks = (await reader.get(f"/audit/{REHEARSAL}/ticks")).json()
    assert ticks == sorted(ticks)
    assert len(ticks) > 40


async def test_the_page_of_another_policy_lists_it_by_what_to_do(reader: Reader) -> None:
    document = "name = 'stricter'\nversion = 1\n[kinds.phone]\naction = 'hold'"
    answer = await reader.http.post(f"/audit/{REHEARSAL}/policy", files={"file": ("p.toml", document)})
    assert answer.status_code == 200, answer.text
    assert "Public now, and this policy would have held, refused or covered it" in answer.text
    assert "screened again as typed" in answer.text
    assert [name for name in recording("en").protect if name in answer.text] == []


@pytest.mark.parametrize("document", ["name = ", "[kinds.nothing]\naction='hold'", "\xff"])
async def test_a_policy_file_that_is_wrong_is_said(reader: Reader, document: str) -> None:
    data = document.encode("latin-1")
    answer = await reader.http.post(f"/audit/{REHEARSAL}/policy", files={"file": ("p.toml", data)})
    assert answer.status_code == 422
    assert "The policy file cannot be used" in answer.text


async def test_who_looks_is_entered_once_before_anything_is_shown(played: tuple[World, Home], origin: str) -> None:
    world, _ = played
    director = Reader(origin, "director")
    before = len(world.records(ACCESSES))
    for _ in range(3):
        assert (await director.get(f"/audit/{REHEARSAL}")).status_code == 200
    entered = world.records(ACCESSES)[before:]
    assert [(a.what, a.live_event_id, a.actor.role.value) for a in entered] == [("replayed", REHEARSAL, "director")]
    await director.http.aclose()


async def test_nothing_is_shown_when_the_look_cannot_be_entered(played: tuple[World, Home]) -> None:
    world, home = played
    async with audited(world, home) as origin:
        one = Reader(origin)
        await one.get("/audit")
        world.bus.away = True
        try:
            answer = await one.get(f"/audit/{REHEARSAL}")
        finally:
            world.bus.away = False
        assert answer.status_code == 503
        assert "layer by layer" not in answer.text
        await one.http.aclose()


@pytest.mark.parametrize("role", ["reporter", "reviewer", "physician", "advocate", "liaison"])
async def test_others_do_not_read_the_archive(origin: str, role: str) -> None:
    one = Reader(origin, role)
    for path in ("/audit", f"/audit/{REHEARSAL}", f"/audit/{REHEARSAL}/policy", f"/audit/{REHEARSAL}/ticks"):
        assert (await one.get(path)).status_code == 403, path
    await one.http.aclose()


async def test_an_unknown_event_is_not_here(reader: Reader) -> None:
    for path in (
        "/audit/nothing-here",
        "/audit/..%2f..%2fetc",
        "/audit/nothing-here/policy",
        "/audit/nothing-here/ticks",
    ):
        assert (await reader.get(path)).status_code == 404, path


async def test_of_a_log_that_was_changed_nothing_is_shown_but_where(played: tuple[World, Home], reader: Reader) -> None:
    _, home = played
    bundle = next((home.archive / REHEARSAL / "tile/entries").rglob("*.p/*"))
    whole = bundle.read_bytes()
    checkpoint = home.archive / REHEARSAL / "checkpoint"
    note = checkpoint.read_bytes()
    try:
        bundle.write_bytes(whole.replace(b"Nobody hurries", b"Nobody hurried"))
        checkpoint.write_bytes(note + b"\n")  # read again
        for path in ("", "/policy", "?at=10:00:30"):
            page = (await reader.get(f"/audit/{REHEARSAL}{path}")).text
            assert "This log is not as it was written" in page
            assert "Nobody hurr" not in page
        assert (await reader.get(f"/audit/{REHEARSAL}/ticks")).status_code == 409
    finally:
        bundle.write_bytes(whole)
        checkpoint.write_bytes(note)


async def test_once_the_key_is_destroyed_it_says_so_and_does_the_rest(tmp_path: Path, told: Replay) -> None:
    async with rehearsed(tmp_path) as (world, _):
        sealed = await sealed_of(world.bus, REHEARSAL)
        assert len(sealed.updates) == 40
        world.vault.destroy(REHEARSAL)
        found = judged(told, world, sealed)
    assert (dict(found.judged), found.lack, found.protected) == (
        {"typed": 0, "published": 25, "recorded": 15}, "keys-destroyed", False,
    )  # fmt: skip
    assert found.found
