"""500 planted identifiers travel through the whole system; none is found in any log, topic, error, file or post."""

import base64
import json
import random
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from schemas.topics import DRAFTS
from tests.system_fixture import System, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]

SEED = 20261201
NAMES = 250
FIRST = ("Vel", "Dun", "Mar", "Tho", "Bre", "Kal", "Osw", "Iri", "Jor", "Zan")
MIDDLE = ("kora", "mari", "defi", "lund", "varo", "teli", "noma", "quan", "bexi", "rudo")
LAST = ("vik", "sen", "dal", "mont", "grav", "bury", "zek", "holt", "wyn", "stra")


def planted() -> tuple[list[str], list[str]]:
    """Invented surnames that no language has, and record numbers of ten digits; all different."""
    dice = random.Random(SEED)
    every = [f"{a}{b}{c}" for a in FIRST for b in MIDDLE for c in LAST]
    names = dice.sample(every, NAMES)
    numbers = [f"{n:010d}" for n in dice.sample(range(10**9, 10**10), NAMES)]
    return names, numbers


def disguises(term: str) -> list[bytes]:
    """As logs and records might hold it. Base64 in all three alignments, without the ends that depend on neighbours."""
    raw = term.encode()
    found = [raw, raw.lower(), raw.upper(), urllib.parse.quote(term).encode(), json.dumps(term).encode()[1:-1]]
    found += [base64.b64encode(b"\0" * pad + raw)[pad and 4 : -4] for pad in range(3)]
    return [f for f in dict.fromkeys(found) if len(f) >= 6]


def files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def test_no_planted_identifier_is_found_anywhere(own_system: System) -> None:
    names, numbers = planted()
    event = own_system.open(id="sentinels", protect=names + numbers)
    texts = [f"Our patient {name} is awake, record {number}." for name, number in zip(names, numbers, strict=True)]
    own_system.submit(event, *texts)
    wait_until(lambda: len([m for m in own_system.records(DRAFTS.name) if m.key == event]) == NAMES, 60)
    held = own_system.drafts(event)
    for draft in held[:20]:
        body = {"verdict": "approve", "text_sha256": draft["text_sha256"]}
        own_system.request("physician", "POST", f"/live-events/{event}/drafts/{draft['id']}/decision", body)
    answers = [
        own_system.request("reporter", "POST", f"/live-events/{event}/updates", {"text": texts[0]}, origin="url").text,
        own_system.request("reporter", "GET", f"/live-events/{names[0]}", origin="url").text,
        own_system.request(
            "physician", "POST", f"/live-events/{event}/drafts/{names[1]}/decision", {"text": texts[1]}
        ).text,
        own_system.request("director", "POST", "/live-events", {"protect": names[:3], "id": names[0]}).text,
    ]
    wait_until(lambda: own_system.thread(event))
    shown = [
        httpx.get(f"{own_system.facts()['page_url']}/t/{event}", trust_env=False).text,
        json.dumps(own_system.thread(event)),
        json.dumps(own_system.drafts(event)),
        own_system.cli("status", event).stdout,
        own_system.said.read_text(),
    ]
    records = [m.value or b"" for m in own_system.every_record()]
    places: dict[str, bytes] = {f"answer {i}": a.encode() for i, a in enumerate(answers)}
    places |= {f"shown {i}": s.encode() for i, s in enumerate(shown)} | {"topics": b"\n".join(records)}
    assert own_system.stop() == 0
    places |= {str(path): path.read_bytes() for path in files(own_system.data)}
    assert len(places) > 50
    found = [
        f"{term} in {place}"
        for place, content in places.items()
        for term in names + numbers
        if any(disguise in content for disguise in disguises(term))
    ]
    assert found == []


def test_the_search_itself_finds_each_disguise() -> None:
    for term in planted()[0][:20]:
        for hay in (term.encode(), base64.b64encode(f"name={term};".encode()), json.dumps({"t": term}).encode()):
            assert any(disguise in hay for disguise in disguises(term)), (term, hay)
