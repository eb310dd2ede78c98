"""How the reporter's page is built: the same bytes each time, no registry named, no string missing in any language."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.optional import IN_CI

TOP = Path(__file__).resolve().parents[2]
APP = TOP / "producers" / "intake" / "app"
MODULES = TOP / "node_modules"
needs_node = pytest.mark.skipif(
    not IN_CI and (not MODULES.is_dir() or shutil.which("node") is None),
    reason="no Node, or its packages are not installed (npm ci)",
)


def copied(into: Path) -> Path:
    """What a build reads, apart, so that the bundle in use stays as it is."""
    for name in ("package.json", "tsconfig.json"):
        shutil.copy(TOP / name, into / name)
    shutil.copytree(APP, into / "producers/intake/app", ignore=shutil.ignore_patterns("dist"))
    static = into / "streams/web/static"
    static.mkdir(parents=True)
    shutil.copy(TOP / "streams/web/static/scrubcast.css", static)
    (into / "node_modules").symlink_to(MODULES)
    return into


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def bundle(folder: Path) -> dict[str, str]:
    done = run(folder, "node", "producers/intake/app/build.mjs")
    assert done.returncode == 0, done.stderr
    dist = folder / "producers/intake/app/dist"
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(dist.iterdir())}


@pytest.mark.node
@needs_node
def test_two_builds_in_two_folders_are_equal_and_bring_the_licences(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first, second = bundle(copied(tmp_path / "one")), bundle(copied(tmp_path / "two"))
    assert first == second
    kinds = {name.split("-")[0].split(".")[0] for name in first}
    assert kinds == {"app", "main", "index", "third", "sw", "icon"}
    licences = (tmp_path / "one/producers/intake/app/dist/third-party.txt").read_text()
    for name in ("idb", "jose", "lit", "lit-html", "lit-element", "@lit/reactive-element"):
        assert f"{name} " in licences


@pytest.mark.node
@needs_node
def test_the_worker_keeps_what_the_page_loads_and_changes_with_any_of_it(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    dist = folder / "producers/intake/app/dist"
    first = bundle(folder)
    worker = (dist / "sw.js").read_text()
    kept = {name for name in first if name.startswith(("main-", "app-"))} | {"icon.svg"}
    for path in {f"/app/{name}" for name in kept} | {"/", "/app.webmanifest", "/static/scrubcast.css"}:
        assert f'"{path}"' in worker
    style = folder / "streams/web/static/scrubcast.css"
    style.write_text(style.read_text() + "\n.more { color: red }\n")
    assert bundle(folder)["sw.js"] != first["sw.js"]


@pytest.mark.node
@needs_node
def test_a_first_load_that_grew_too_large_fails_the_build(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    noise = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(4_000))
    style = folder / "streams/web/static/scrubcast.css"
    style.write_text(style.read_text() + f"/* {noise} */")
    done = run(folder, "node", "producers/intake/app/build.mjs")
    assert done.returncode != 0
    assert "at most 120000 are allowed" in done.stderr


@pytest.mark.node
@needs_node
def test_a_string_that_one_language_lacks_fails_the_check(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    dutch = folder / "producers/intake/app/src/catalogue/nl.ts"
    dutch.write_text(dutch.read_text().replace('  send: "Versturen",\n', ""))
    done = run(folder, "node_modules/.bin/tsc", "--noEmit", "-p", "tsconfig.json")
    assert done.returncode != 0
    assert "send" in done.stdout


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((TOP / "package-lock.json").read_text())
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages
    assert [name for name, about in packages.items() if "resolved" in about] == []
    assert [name for name, about in packages.items() if not about["integrity"].startswith("sha512-")] == []
