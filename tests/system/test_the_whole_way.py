"""One update travels the whole way through separate processes on real Kafka, as staff, readers and auditors see it."""

import json
import zipfile
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from schemas.topics import DRAFTS
from tests.system_fixture import System, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]


def name() -> str:
    return f"event-{uuid4().hex[:10]}"


def published(system: System, event: str, count: int) -> list[dict[str, object]]:
    def enough() -> list[dict[str, object]]:
        posted = [row for row in system.thread(event) if row["state"] == "posted"]
        return posted if len(posted) >= count else []

    return list(wait_until(enough, 30, lambda: json.dumps(system.thread(event))))


def held(system: System, event: str, count: int = 1) -> list[dict[str, object]]:
    return list(
        wait_until(lambda: (d := system.drafts(event)) and len(d) >= count and d, 30, lambda: str(system.drafts(event)))
    )


def decide(system: System, role: str, event: str, draft: dict[str, object], **body: object) -> httpx.Response:
    path = f"/live-events/{event}/drafts/{draft['id']}/decision"
    return system.request(role, "POST", path, {"text_sha256": draft["text_sha256"]} | body)


def test_harmless_text_goes_the_whole_way_and_stays_in_order(system: System) -> None:
    event = system.open(id=name())
    texts = ["Half way. The team swaps instruments.", "All readings steady.", "The new joint moves freely."]
    ids = system.submit(event, *texts)
    rows = published(system, event, 3)
    assert [row["text"] for row in rows] == texts
    assert [row["update_id"] for row in rows] == ids
    assert [row["n"] for row in rows] == [1, 2, 3]
    assert [row["reply_to"] for row in rows] == [None, rows[0]["platform_id"], rows[1]["platform_id"]]
    page = httpx.get(f"{system.facts()['page_url']}/t/{event}", trust_env=False)
    assert page.status_code == 200
    assert all(text in page.text for text in texts)


def test_a_protected_name_waits_for_a_person_and_goes_out_without_it(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Maria Lopez is comfortable and listening to music.")
    draft = held(system, event)[0]
    assert "Lopez" not in json.dumps(draft)
    answer = decide(system, "reviewer", event, draft, verdict="approve")
    assert answer.status_code < 300, answer.text
    row = published(system, event, 1)[0]
    assert row["text"] == draft["text"]
    page = httpx.get(f"{system.facts()['page_url']}/t/{event}", trust_env=False).text
    assert "Lopez" not in page


def test_a_claim_takes_a_physician(system: System) -> None:
    event = system.open(id=name(), allow=["Mako"])
    system.submit(event, "The Mako robot is the best there is and lasts longer than any other.")
    draft = held(system, event)[0]
    refused = decide(system, "reviewer", event, draft, verdict="approve")
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert decide(system, "physician", event, draft, verdict="approve").status_code < 300
    published(system, event, 1)


def test_an_edit_is_screened_again_and_approved_by_somebody_else(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Maria Lopez is comfortable.")
    draft = held(system, event)[0]
    edited = decide(system, "reviewer", event, draft, verdict="edit", text="The patient, Ms Lopez, is comfortable.")
    assert edited.status_code < 300, edited.text
    second = wait_until(lambda: [d for d in system.drafts(event) if d["revision"] == 1])[0]
    assert "Lopez" not in second["text"]
    own = decide(system, "reviewer", event, second, verdict="approve")
    assert own.status_code == 403
    assert "You wrote this" in own.json()["detail"]
    assert decide(system, "physician", event, second, verdict="approve").status_code < 300
    assert published(system, event, 1)[0]["text"] == second["text"]


def test_an_approval_of_another_text_is_refused(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Maria Lopez is comfortable.")
    draft = held(system, event)[0] | {"text_sha256": "0" * 64}
    assert decide(system, "reviewer", event, draft, verdict="approve").status_code == 409


def test_a_returned_update_is_not_posted_and_its_state_says_so(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Maria Lopez is comfortable.")
    draft = held(system, event)[0]
    assert decide(system, "reviewer", event, draft, verdict="return", note="Say the patient.").status_code < 300
    wait_until(lambda: not system.drafts(event))
    assert system.thread(event) == []


def test_a_name_split_over_two_updates_is_found(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Our patient today is called Mar", "ia Lopez, and all is well.")
    held(system, event)
    wait_until(lambda: len([m for m in system.records(DRAFTS.name) if m.key == event]) == 2)
    assert all("ia Lopez" not in str(row["text"]) for row in system.thread(event))


def test_nothing_goes_out_between_stop_and_resume(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Before the stop.")
    published(system, event, 1)
    system.cli("control", event, "stop")
    late = system.submit(event, "After the stop.")
    wait_until(lambda: len([m for m in system.records(DRAFTS.name) if m.key == event]) == 2)
    assert [row["text"] for row in system.thread(event) if row["state"] == "posted"] == ["Before the stop."]
    system.cli("control", event, "resume")
    system.cli("control", event, "resume", "--as", "physician")
    assert [row["update_id"] for row in published(system, event, 2)][1:] == late


def test_a_retracted_post_leaves_the_page(system: System) -> None:
    event = system.open(id=name())
    ids = system.submit(event, "This stays.", "This was a mistake.")
    published(system, event, 2)
    system.cli("retract", event, ids[1])
    url = f"{system.facts()['page_url']}/t/{event}"
    wait_until(lambda: "This was a mistake." not in httpx.get(url, trust_env=False).text)
    assert "This stays." in httpx.get(url, trust_env=False).text


def test_a_correction_waits_for_a_person_and_names_what_it_corrects(system: System) -> None:
    event = system.open(id=name())
    (wrong,) = system.submit(event, "The right knee is done.")
    published(system, event, 1)
    system.cli("submit", event, "It was the left knee.", "--corrects", wrong)
    path = f"/live-events/{event}/updates/{wrong}/corrections"
    assert system.request("reviewer", "POST", path, {"text": "It was the left one."}).status_code == 202
    for draft in held(system, event, 2):
        assert (draft["corrects"], draft["headline"]) == (wrong, "Corrects an earlier post")
        assert decide(system, "physician", event, draft, verdict="approve").status_code < 300
    published(system, event, 3)
    url = f"{system.facts()['page_url']}/t/{event}"
    wait_until(lambda: httpx.get(url, trust_env=False).text.count("Correction to the post of") == 2)


def test_a_recording_may_correct_itself(system: System, tmp_path: Path) -> None:
    event = system.open(id=name())
    rows = [
        {"at_s": 0, "reporter": "A", "text": "The right knee is done.", "update_id": "first"},
        {"at_s": 0, "reporter": "B", "text": "It was the left knee.", "corrects": "first"},
    ]
    recording = tmp_path / "recording.jsonl"
    recording.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    system.cli("rehearse", str(recording), "--live-event", event)
    (row,), (draft,) = published(system, event, 1), held(system, event)
    assert (draft["text"], draft["corrects"]) == ("It was the left knee.", row["update_id"])


def test_withdrawal_takes_everything_back_destroys_the_keys_and_the_archive_still_verifies(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Half way.", "Maria Lopez is comfortable.")
    published(system, event, 1)
    held(system, event)
    system.cli("control", event, "withdraw")
    url = f"{system.facts()['page_url']}/t/{event}"
    wait_until(lambda: "Half way." not in httpx.get(url, trust_env=False).text)
    wait_until(lambda: b"destroyed" in (system.data / "vault" / f"{event}.json").read_bytes())
    system.cli("audit", "verify", event)


def test_the_archive_verifies_replays_and_travels_in_a_bundle(system: System, tmp_path: Path) -> None:
    event = system.open(id=name())
    system.submit(event, "Half way.", "Maria Lopez is comfortable.")
    published(system, event, 1)
    held(system, event)
    bundle = tmp_path / "bundle.zip"
    wait_until(lambda: system.cli("audit", "verify", event, check=False).returncode == 0)
    system.cli("audit", "replay", event)
    system.cli("audit", "export", event, "--out", str(bundle))
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        content = b"".join(archive.read(n) for n in sorted(names))
    assert {"entries.jsonl", "checkpoint", "keys.txt", "report.html", "VERIFY.md", "verify.py"} <= names
    assert b"Lopez" not in content
    assert system.cli("audit", "verify", "--bundle", str(bundle)).returncode == 0
    entries = [json.loads(line) for line in zipfile.ZipFile(bundle).read("entries.jsonl").splitlines()]
    topics = {e["source"]["topic"] for e in entries if "source" in e}
    assert {f"scrubcast.{noun}.v1" for noun in ("submissions", "drafts", "releases", "receipts", "ledger")} <= topics


def test_status_counts_what_waits(system: System) -> None:
    event = system.open(id=name())
    system.submit(event, "Half way.", "Maria Lopez is comfortable.")
    published(system, event, 1)
    held(system, event)
    status = json.loads(system.cli("status", event, "--json").stdout)
    assert status["counts"]["waiting"] == 1
    assert status["counts"]["posted"] == 1
