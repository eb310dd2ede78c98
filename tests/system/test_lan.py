"""`scrubcast up --lan` from start to a posted update: every address is https, trusted through the authority it made."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.system_fixture import SCRUBCAST, System, wait_until


@pytest.fixture
def lan_system(tmp_path: Path, kafka_cache_dir: Path, needs_java: None) -> Iterator[System]:
    """Named `localhost`, because the machine of a test may be on no net."""
    environment = {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir), "SCRUBCAST_TLS__NAMES": "localhost"}
    made = System(tmp_path / "data", environment)
    made.start("--lan")
    yield made
    made.stop()


def test_everything_goes_over_tls_and_programs_trust_it_by_themselves(lan_system: System) -> None:
    facts = lan_system.facts()
    for name in ("url", "desk_url", "page_url"):
        assert facts[name].startswith("https://localhost:")
    assert facts["trust_url"].startswith("http://localhost:")
    context = ssl.create_default_context(cafile=facts["ca_file"])
    with httpx.Client(verify=context, trust_env=False, timeout=30) as http:
        assert http.get(f"{facts['url']}/").status_code == 200
        entered = http.post(f"{facts['desk_url']}/desk/sign-in", data={"token": facts["tokens"]["director"]})
        assert entered.headers["set-cookie"].startswith("__Host-scrubcast-desk=")
        assert "; Secure" in entered.headers["set-cookie"]
        trusting = http.get(facts["trust_url"])
        assert trusting.status_code == 200
        assert f'href="{facts["url"]}/"' in trusting.text
        live_event = lan_system.open()
        (update,) = lan_system.submit(live_event, "The room is ready.")
        headers = {"Authorization": f"Bearer {facts['tokens']['director']}"}

        def arrived() -> bool:
            counts = http.get(f"{facts['desk_url']}/api/v1/live-events/{live_event}/status", headers=headers).json()
            return bool(counts["counts"]["received"] == 1)

        wait_until(arrived)
        assert update
    said = lan_system.said.read_text()
    words = said.partition("its words")[2].split()[0]
    assert f"<b>{words.split('-')[0]}</b>" in trusting.text


def test_plain_http_beyond_loopback_does_not_come_up(tmp_path: Path) -> None:
    lan_system = System(tmp_path / "data", {"SCRUBCAST_INTAKE__HOST": "0.0.0.0"})
    done = subprocess.run(
        [*SCRUBCAST, "up", "--data", str(lan_system.data), "--port", "0"],
        capture_output=True, text=True, env=lan_system._env(), timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "The intake was to listen on 0.0.0.0 in plain HTTP" in done.stderr
    assert "scrubcast up --lan" in done.stderr
