"""After an erasure nothing that names the person is found in any file or topic, and the proof stands as it stood."""

import json
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from schemas.retention import Erasure
from schemas.topics import DRAFTS, RETENTIONS, SUBMISSIONS, decode_retention
from streams.vault import KeyDestroyed, Vault
from tests.system.test_sentinels import disguises, files
from tests.system_fixture import System, event_now, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]

PATIENT = ("Dunkora Brevik", "4471903826")
NURSE = ("Oswin Telidal", "Telidal")
TYPED = f"Our patient {PATIENT[0]} sleeps, record {PATIENT[1]}."
PUBLIC = "The new joint fits."


def opened(system: System) -> str:
    file = event_now(id="erased-knee", protect=[*PATIENT, *NURSE])
    file["consent"]["pictured"] = ["scrub nurse"]
    path = system.data.parent / "erased-knee.yaml"
    path.write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
    return system.cli("live-event", "open", str(path)).stdout.strip()


def unpacked(data: bytes) -> bytes:
    """What gzip streams in `data` hold, wherever they begin."""
    found, at = b"", data.find(b"\x1f\x8b\x08")
    while at >= 0:
        with suppress(zlib.error):
            found += zlib.decompressobj(31).decompress(data[at:], 1 << 22)
        at = data.find(b"\x1f\x8b\x08", at + 1)
    return found


def found_in(places: dict[str, bytes], terms: tuple[str, ...]) -> list[str]:
    return [
        f"{term} in {place}"
        for place, content in places.items()
        for term in terms
        if any(disguise in hay for disguise in disguises(term) for hay in (content, unpacked(content)))
    ]


def every_file(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files(folder)}


def test_nothing_of_an_erased_person_is_left_and_the_proof_stands(own_system: System, tmp_path: Path) -> None:
    assert "should" in own_system.cli("topics", "check").stdout  # and ends with 0: each is kept as the schedule says
    event = opened(own_system)
    first, second = own_system.submit(event, TYPED, PUBLIC)
    own_system.submit(event, f"{NURSE[0]} hands the saw.")
    wait_until(lambda: len([m for m in own_system.records(DRAFTS.name) if m.key == event]) == 3, 60)
    wait_until(lambda: own_system.thread(event), 60)
    assert second in {row["update_id"] for row in own_system.thread(event)}
    own_system.cli("live-event", "close", event)
    typed, other = tmp_path / "typed.txt", tmp_path / "other.txt"
    typed.write_text(TYPED + "\n", encoding="utf-8")
    other.write_text("Something else.", encoding="utf-8")
    wait_until((own_system.data / "archive" / event / "checkpoint").exists, 60)

    def opens(file: Path) -> str:
        done = own_system.cli("audit", "opens", event, first, "--text-file", str(file), check=False)
        return f"{done.returncode} {done.stdout}{done.stderr}"

    wait_until(lambda: "no-commitment" not in opens(typed) and "yes: it is what was typed" in opens(typed), 60)
    assert opens(other).startswith("1 no: ")

    # One pictured person first: the event works on.
    nurse = own_system.cli("erase", event, "--person", "-", "--role", "scrub nurse", "--yes", stdin="\n".join(NURSE))
    assert "protected-terms, 2 protected terms" in nurse.stdout
    assert opens(typed).startswith("0 yes: ")
    assert Vault(own_system.data / "vault", (own_system.data / "secrets/kek").read_bytes()).terms(event) == PATIENT

    # Then the patient, under a hold first.
    own_system.cli("retention", "hold", event, "--matter", "2027/114")
    refused = own_system.cli("erase", event, "--yes", check=False)
    assert (refused.returncode, "legal hold (2027/114)" in refused.stderr) == (1, True)
    own_system.cli("retention", "release", event, "--matter", "2027/114")
    assert (
        "has ended" in own_system.cli("retention", "release", event, "--matter", "2027/114", "--as", "advocate").stdout
    )
    told = own_system.cli("erase", event, "--yes", "--as", "advocate").stdout
    assert "sealing-key, protected-terms, commitment-key" in told
    assert "posts are still public, or not confirmed as deleted (1) on local" in told

    erasures = [r for r in map(decode_retention, _values(own_system)) if isinstance(r, Erasure)]
    assert [(r.actor.name, r.reason, r.terms) for r in erasures] == [
        ("director", "request", 2),
        ("advocate", "request", 2),
    ]
    wait_until(lambda: "keys destroyed" in own_system.cli("retention", "show", event).stdout, 60)
    assert "destroyed" in opens(typed)
    assert own_system.cli("audit", "verify", event).stdout.startswith("whole: ")
    replayed = own_system.cli("audit", "replay", event).stdout
    assert PUBLIC in replayed
    for said in ("legal-hold-place", "terms-erased", "keys-erased", "commitment to what was typed: "):
        assert said in replayed
    assert PUBLIC in own_system.cli("audit", "report", event).stdout
    own_system.cli("audit", "export", event, "--out", str(tmp_path / "event.zip"))
    assert own_system.cli("audit", "verify", "--bundle", str(tmp_path / "event.zip")).stdout.startswith("whole: ")
    sealed = [json.loads(m.value or b"")["sealed"] for m in own_system.records(SUBMISSIONS.name) if m.key == event]
    places = {
        "topics": b"\n".join(m.value or b"" for m in own_system.every_record()),
        "said": own_system.said.read_bytes(),
    }

    assert own_system.stop() == 0
    places |= every_file(own_system.data)
    with zipfile.ZipFile(tmp_path / "event.zip") as bundle:
        places |= {f"event.zip {name}": bundle.read(name) for name in bundle.namelist()}
    assert len(places) > 50
    assert found_in(places, PATIENT + NURSE) == []
    # The broker keeps what was sealed until its time is over; there is no key left that opens it.
    assert any(sealed[0].encode() in content for place, content in places.items() if place.endswith(".log"))
    vault = Vault(own_system.data / "vault", (own_system.data / "secrets/kek").read_bytes())
    with pytest.raises(KeyDestroyed):
        vault.open_sealed(event, sealed[0])
    left = sorted(path.name for path in (own_system.data / "vault").iterdir() if path.name.startswith(event))
    assert left == [f"{event}.json"]
    assert json.loads((own_system.data / "vault" / f"{event}.json").read_bytes()) == {"v": 1, "destroyed": True}


def _values(system: System) -> list[bytes]:
    return [m.value or b"" for m in system.records(RETENTIONS.name)]


def test_the_search_finds_what_is_packed() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    hay = b"xx" + packer.compress(f"name={PATIENT[0]}".encode()) + packer.flush() + b"yy"
    assert found_in({"hay": hay}, PATIENT) == [f"{PATIENT[0]} in hay"]
