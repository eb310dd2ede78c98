"""How the reporter's page is served: the shell, its files for ever, and a clear page when it was not built."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from producers.intake.pages import DIST, add_pages
from streams.web import install
from tests.optional import missing

QUOTE = '"'
SHELL = '<script src="/app/main-ABCD2345.js"></script><!-- sprite -->'


def client_of(folder: Path) -> httpx.AsyncClient:
    app = FastAPI()
    install(app, trusted_types="lit-html scrubcast")
    add_pages(app, folder)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://intake")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(SHELL)
    (tmp_path / "main-ABCD2345.js").write_text("let here = 1;")
    (tmp_path / "sw.js").write_text("let kept = [];\n")
    (tmp_path / "app.webmanifest").write_text("{}")
    (tmp_path / "icon-192.png").write_bytes(b"png")
    (tmp_path / "third-party.txt").write_text("licences")
    (tmp_path / "notes.secret").write_text("no")
    return tmp_path


async def test_the_shell_is_asked_for_each_time_under_a_strict_policy(built: Path) -> None:
    async with client_of(built) as client:
        answer = await client.get("/")
        again = await client.get("/", headers={"If-None-Match": answer.headers["ETag"]})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert 'id="i-send"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types lit-html scrubcast")
    assert "unsafe" not in policy
    assert (again.status_code, again.content) == (304, b"")


async def test_files_with_a_hash_in_their_name_are_kept_for_ever_and_others_are_not(built: Path) -> None:
    async with client_of(built) as client:
        script = await client.get("/app/main-ABCD2345.js")
        plain = await client.get("/app/main-ABCD2345.js", headers={"Accept-Encoding": "identity"})
        licences = await client.get("/app/third-party.txt")
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (script.headers["Content-Encoding"], script.text) == ("gzip", "let here = 1;")
    assert ("Content-Encoding" not in plain.headers, plain.text) == (True, "let here = 1;")
    assert licences.headers["Cache-Control"] == "no-cache"


async def test_the_worker_rules_over_the_whole_page_and_changes_with_the_shell(built: Path) -> None:
    async with client_of(built) as client:
        worker = await client.get("/sw.js")
        manifest = await client.get("/app.webmanifest")
        icon = await client.get("/app/icon-192.png")
    (built / "index.html").write_text(SHELL + "<p>more</p>")
    async with client_of(built) as client:
        later = await client.get("/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert worker.text.startswith("let kept = [];\n// shell ")
    assert later.text != worker.text
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    assert (icon.headers["Content-Type"], icon.content) == ("image/png", b"png")


@pytest.mark.parametrize(
    "name", ["index.html", "sw.js", "app.webmanifest", "notes.secret", "..%2Fpages.py", "other.js"]
)
async def test_nothing_else_is_served(built: Path, name: str) -> None:
    async with client_of(built) as client:
        assert (await client.get(f"/app/{name}")).status_code == 404


async def test_a_page_that_was_not_built_says_what_to_do(tmp_path: Path) -> None:
    async with client_of(tmp_path / "missing") as client:
        answer = await client.get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text


async def test_the_built_page_names_files_that_exist_and_holds_nothing_inline() -> None:
    if not (DIST / "index.html").is_file():
        missing("the reporter's page was not built (make setup)")
    async with client_of(DIST) as client:
        shell = (await client.get("/")).text
        for part in shell.split('"/app/')[1:]:
            assert (await client.get(f"/app/{part[: part.index(QUOTE)]}")).status_code == 200
    assert "<style" not in shell
    assert "style=" not in shell
    assert "</script>" in shell
    assert "<script>" not in shell
