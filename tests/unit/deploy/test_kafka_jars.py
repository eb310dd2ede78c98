"""Jars come from a repository of ours on loopback: only bytes with the locked hash are ever taken."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.kafka import jars
from schemas.errors import Broken, Unavailable

CONTENTS = {"/g/a/1/a-1.jar": b"first jar", "/g/b/2/b-2.jar": b"second jar"}
LOCK = jars.Lock(
    kafka="9.9.9",
    jars=(
        jars.Jar("g", "a", "1", hashlib.sha256(b"first jar").hexdigest(), 9),
        jars.Jar("g", "b", "2", hashlib.sha256(b"second jar").hexdigest(), 10),
    ),
    digest="the lock's own hash",
)


class Repository:
    """What it serves, and which jars it was asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.contents = dict(CONTENTS)
        self.asked: list[str] = []
        self.cuts_left = 0


@pytest.fixture
def repository() -> Iterator[Repository]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = served.contents.get(self.path)
            if body is None:
                return  # no answer: of a 404, jgo leaves the socket open
            served.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if served.cuts_left > 0:
                served.cuts_left -= 1
                body = body[:4]
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Repository(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(cache: Path, repository: Repository, progress: jars.Progress = jars.no_progress) -> list[Path]:
    return jars.fetch(cache, progress, lock=LOCK, mirror_url=repository.url)


def test_the_jars_come_in_classpath_order_with_progress(tmp_path: Path, repository: Repository) -> None:
    seen: list[tuple[str, int, int]] = []
    paths = fetch(tmp_path, repository, lambda *step: seen.append(step))
    assert [path.read_bytes() for path in paths] == [b"first jar", b"second jar"]
    assert seen == [("Downloading Kafka", 0, 2), ("Downloading Kafka", 1, 2), ("Downloading Kafka", 2, 2)]


def test_a_second_fetch_asks_nobody(tmp_path: Path, repository: Repository) -> None:
    first = fetch(tmp_path, repository)
    repository.asked.clear()
    assert fetch(tmp_path, repository) == first
    assert repository.asked == []


def test_a_wrong_hash_is_refused_and_the_jar_is_not_kept(tmp_path: Path, repository: Repository) -> None:
    repository.contents["/g/b/2/b-2.jar"] = b"sec0nd jar"
    with pytest.raises(Broken, match=r"^g:b:2 has 10 bytes with sha256 [0-9a-f]{64}, the lock says 10 bytes"):
        fetch(tmp_path, repository)
    assert not (jars.folder(tmp_path, LOCK) / "b-2.jar").exists()


def test_a_jar_changed_on_disk_is_fetched_again_when_it_shows(tmp_path: Path, repository: Repository) -> None:
    paths = fetch(tmp_path, repository)
    paths[1].write_bytes(b"cut")
    repository.asked.clear()
    assert fetch(tmp_path, repository)[1].read_bytes() == b"second jar"
    assert repository.asked == ["/g/b/2/b-2.jar"]


def test_a_cut_download_is_tried_again(tmp_path: Path, repository: Repository) -> None:
    repository.cuts_left = 2
    assert [path.read_bytes() for path in fetch(tmp_path, repository)] == [b"first jar", b"second jar"]


def test_a_download_cut_off_keeps_what_came_before(tmp_path: Path, repository: Repository) -> None:
    del repository.contents["/g/b/2/b-2.jar"]
    with pytest.raises(Unavailable, match="g:b:2 cannot be downloaded"):
        fetch(tmp_path, repository)
    repository.contents |= CONTENTS
    repository.asked.clear()
    fetch(tmp_path, repository)
    assert repository.asked == ["/g/b/2/b-2.jar"]


def test_without_network_a_person_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as unavailable:
        jars.fetch(tmp_path, lock=LOCK, mirror_url="http://127.0.0.1:1")
    assert str(unavailable.value).endswith(
        "cannot be downloaded (ConnectionError); check the network and proxy settings and start again,"
        " what is already here is kept"
    )


def test_progress_can_call_it_off(tmp_path: Path, repository: Repository) -> None:
    def stop(_what: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(tmp_path, repository, stop)
    assert list(jars.folder(tmp_path, LOCK).iterdir()) == []
