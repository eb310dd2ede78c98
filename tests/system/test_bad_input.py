"""Each kind of bad input is refused at the door with a reason a person can act on; nothing is queued or echoed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import uuid_utils.compat as uuids
import yaml

from schemas.topics import DEAD_LETTERS, DRAFTS, SUBMISSIONS
from streams.kafka import Connection, KafkaBus
from streams.sealing import seal
from tests.system_fixture import System, event_now, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]

SECRET = "Maria Lopez 00482913"


@pytest.fixture(scope="module")
def event(system: System) -> str:
    return system.open(id=f"event-{uuid4().hex[:10]}")


def body(system: System, event: str, text: str = SECRET, **changes: Any) -> dict[str, Any]:
    key = system.request("reporter", "GET", f"/live-events/{event}", origin="url").json()["sealing_key"]
    sealed = seal(key, json.dumps({"text": text}).encode())
    return {"update_id": str(uuids.uuid7()), "sealed": sealed} | changes


def count(system: System) -> int:
    return len(system.records(SUBMISSIONS.name))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"update_id": str(uuid4())}, 422),
        ({"sealed": SECRET}, 422),
        ({"sealed": "e30.e30.e30.e30.e30"}, 422),
        ({"sealed": "A" * 20_000}, 413),
        ({"colour": SECRET}, 422),
        ({"phase": SECRET}, 422),
        ({"run_sheet_item": "no-such-item"}, 422),
    ],
)
def test_a_wrong_update_is_refused_and_not_queued(
    system: System, event: str, changes: dict[str, Any], status: int
) -> None:
    before = count(system)
    answer = system.request(
        "reporter", "POST", f"/live-events/{event}/updates", body(system, event, **changes), origin="url"
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Lopez" not in answer.text
    assert count(system) == before


def test_an_unknown_event_a_wrong_role_and_a_missing_token_are_refused(system: System, event: str) -> None:
    good = body(system, event)
    assert system.request("reporter", "POST", "/live-events/never/updates", good, origin="url").status_code == 404
    assert system.request("auditor", "POST", f"/live-events/{event}/updates", good, origin="url").status_code == 403
    assert system.request("reporter", "POST", f"/live-events/{event}/controls", {"kind": "stop"}).status_code == 403


def test_the_same_update_again_gives_the_same_receipt_and_another_text_under_its_id_is_a_conflict(
    system: System, event: str
) -> None:
    good = body(system, event, "Half way.")
    path = f"/live-events/{event}/updates"
    first = system.request("reporter", "POST", path, good, origin="url")
    again = system.request("reporter", "POST", path, good, origin="url")
    other = body(system, event, "Another text.") | {"update_id": good["update_id"]}
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert system.request("reporter", "POST", path, other, origin="url").status_code == 409


def test_a_closed_window_is_refused_in_words(system: System) -> None:
    event = system.open(id=f"event-{uuid4().hex[:10]}")
    good = body(system, event)
    system.cli("live-event", "close", event)
    answer = wait_until(
        lambda: (
            (a := system.request("reporter", "POST", f"/live-events/{event}/updates", good, origin="url")).status_code
            == 409
            and a
        )
    )
    assert "closed" in answer.json()["detail"]


def test_an_event_with_gaps_is_refused_naming_each_gap(system: System, tmp_path: Any) -> None:
    file = event_now(
        id="gaps", hashtag="#LopezKnee", destinations=[{"platform": "mastodon", "account": "@a@b.example"}]
    )
    del file["consent"]["purpose"]
    path = tmp_path / "gaps.yaml"
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    checked = system.cli("live-event", "check", str(path), check=False)
    assert checked.returncode == 1
    assert "consent.purpose: is missing" in checked.stdout
    opened = system.cli("live-event", "open", str(path), check=False)
    assert opened.returncode == 1
    assert "consent.purpose: is missing" in opened.stderr
    file["consent"]["purpose"] = "education"
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    checked = system.cli("live-event", "check", str(path), check=False)
    assert "hashtag: holds a protected term" in checked.stdout
    assert "mastodon has no account set up here" in checked.stdout
    assert "Lopez" not in checked.stdout.replace(str(tmp_path), "")


def test_a_seal_that_does_not_open_becomes_a_dead_letter_and_the_reporter_is_told(system: System, event: str) -> None:
    broken = body(system, event)
    head, _, nonce, text, tag = broken["sealed"].split(".")
    broken["sealed"] = ".".join([head, "", nonce, ("A" if text[0] != "A" else "B") + text[1:], tag])
    assert system.request("reporter", "POST", f"/live-events/{event}/updates", broken, origin="url").status_code == 202
    letters = wait_until(
        lambda: [m for m in system.records(DEAD_LETTERS.name) if broken["update_id"].encode() in (m.value or b"")]
    )
    assert json.loads(letters[0].value)["code"] == "bad-seal"
    drafts = [m for m in system.records(DRAFTS.name) if broken["update_id"].encode() in (m.value or b"")]
    assert json.loads(drafts[0].value or b"")["disposition"] == "refuse"


async def test_an_undecodable_record_becomes_a_dead_letter_without_text_and_the_stage_goes_on(
    system: System, event: str
) -> None:
    async with KafkaBus.open(Connection(system.facts()["bootstrap"])) as bus:
        place = await bus.send_raw(SUBMISSIONS.name, 0, event.encode(), b'{"text":"Maria Lopez"')
    letters = wait_until(
        lambda: [
            m
            for m in system.records(DEAD_LETTERS.name)
            if json.loads(m.value or b"{}")["offset"] == place.offset and json.loads(m.value or b"{}")["partition"] == 0
        ]
    )
    assert b"Lopez" not in (letters[0].value or b"")
    system.submit(event, "Going on.")
    wait_until(lambda: any(row["text"] == "Going on." for row in system.thread(event)))


def test_bad_use_of_the_command_line_ends_with_2_and_one_line(system: System) -> None:
    assert system.cli("control", "knee", "explode", check=False).returncode == 2
    unknown = system.cli("thread", "no-such-event", check=False)
    assert unknown.returncode == 1
    assert len(unknown.stderr.strip().splitlines()) == 1


def test_an_event_whose_window_has_not_opened_is_refused(system: System) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    name = f"event-{uuid4().hex[:10]}"
    file = event_now(id=name)
    file["window"] = {"opens": now + timedelta(hours=1), "closes": now + timedelta(hours=2)}
    path = system.data.parent / f"{name}.yaml"
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    system.cli("live-event", "open", str(path))
    answer = system.request("reporter", "POST", f"/live-events/{name}/updates", body(system, name), origin="url")
    assert answer.status_code == 409
