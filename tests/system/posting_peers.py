"""X's peer, Bluesky's reference server and Mastodon's stand-in, each a process behind a proxy that spoils requests, and
what is public there: read past the proxies, and for Bluesky as its server told it to the whole network.
"""

import asyncio
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from tests.peers.bluesky.firehose import Firehose, Seen, firehose
from tests.peers.bluesky.server import READY_S
from tests.peers.x.accounts import account
from tests.system_fixture import wait_until

ROOT = Path(__file__).parents[2]
STOP_S = 20.0
MANY = 1_000_000
X_POSTS, BLUESKY_POSTS, MASTODON_POSTS = "/2/tweets", "/xrpc/com.atproto.repo.putRecord", "/api/v1/statuses"
PUBLIC = "app.bsky.feed.post"


@dataclass(frozen=True)
class Standing:
    """A post that stands there."""

    id: str
    text: str
    parent: str | None
    root: str | None = None  # where the platform keeps it


@dataclass
class Place:
    """One account on one platform. `posting`: the path of the request that makes a post."""

    platform: str
    account: str
    posting: str
    url: str  # of the proxy: what the product is given
    direct: str  # past the proxy
    control: str
    environment: dict[str, str]
    standing: Callable[[], list[Standing]]  # in the order in which they became public

    @property
    def key(self) -> str:
        return f"{self.platform}:{self.account}"

    def faults(self, *what: str, method: str = "POST", **more: Any) -> None:
        """The next requests that make a post get these, one each; `ok` passes one."""
        steps = [{"method": method, "path": self.posting, "what": w, **more} for w in what]
        self.script(steps)

    def script(self, steps: Sequence[dict[str, Any]]) -> None:
        _ask("POST", f"{self.control}/faults", list(steps))

    def faults_left(self) -> list[str]:
        return [fault["what"] for fault in _ask("GET", f"{self.control}/faults") if fault["what"] != "ok"]

    def down(self, how: bool | str) -> None:
        _ask("POST", f"{self.control}/settings", {"down": how})

    def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = _ask("GET", f"{self.control}/log")
        return found


class Witness:
    """Listens to the firehose in a thread with a loop of its own, because the tests block theirs."""

    def __init__(self, url: str, did: str) -> None:
        self._url, self._did = url, did
        self._heard: Firehose | None = None
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.close()

    async def _listen(self) -> None:
        async with firehose(self._url) as heard:
            self._heard = heard
            await self._end.wait()

    def start(self) -> None:
        self._thread.start()
        wait_until(lambda: self._heard is not None)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def seen(self) -> list[Seen]:
        """What happened to the account's posts, in order."""
        assert self._heard is not None
        return self._heard.of(self._did)


@dataclass
class Peers:
    x: Place
    bluesky: Place
    mastodon: Place
    witness: Witness
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in self.places:
            self.environment |= place.environment

    @property
    def places(self) -> tuple[Place, Place, Place]:
        return self.x, self.bluesky, self.mastodon

    def destinations(self) -> list[dict[str, str]]:
        return [{"platform": "local"}, *({"platform": p.platform, "account": p.account} for p in self.places)]


def _ask(method: str, url: str, body: Any = None, **more: Any) -> Any:
    # No TLS here: to load the certificates of all authorities would cost 30 ms each time.
    with httpx.Client(trust_env=False, verify=False, timeout=READY_S) as client:
        answer = client.request(method, url, json=body, **more)
    assert answer.is_success, f"{url}: {answer.status_code} {answer.text}"
    return answer.json()


@contextmanager
def running(module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """A peer as a process; what its first line says."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said, f"{module} did not start"
        yield json.loads(said)
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def posting_peers(folder: Path, *, x_accounts: int = 1) -> Iterator[Peers]:
    """All three, with one account each. Needs the Bluesky server: see tests.peers.bluesky.needed."""
    with ExitStack() as stack:
        x = _x(stack, folder, x_accounts)
        bluesky, did = _bluesky(stack, folder)
        witness = Witness(bluesky.direct, did)
        witness.start()
        stack.callback(witness.stop)
        yield Peers(x, bluesky, _mastodon(stack, folder), witness)


def _proxied(stack: ExitStack, direct: str) -> tuple[str, str]:
    ports = stack.enter_context(running("tests.peers.proxy", "--target", direct))
    return f"http://127.0.0.1:{ports['port']}", f"http://127.0.0.1:{ports['control_port']}/_proxy"


def _x(stack: ExitStack, folder: Path, accounts: int) -> Place:
    limits = json.dumps({"windows": {"create": MANY, "delete": MANY, "timeline": MANY, "me": MANY}, "app_day": MANY})
    state = ("--state", str(folder / "x.jsonl"), "--accounts", str(accounts), "--settings", limits)
    port = stack.enter_context(running("tests.peers.x", *state))
    direct = f"http://127.0.0.1:{port['port']}"
    url, control = _proxied(stack, direct)
    keys = account(0)
    environment = {
        "SCRUBCAST_X__BASE_URL": url,
        "SCRUBCAST_X__CONSUMER_KEY": keys.consumer_key,
        "SCRUBCAST_X__CONSUMER_SECRET": keys.consumer_secret,
        "SCRUBCAST_X__ACCESS_TOKEN": keys.access_token,
        "SCRUBCAST_X__ACCESS_SECRET": keys.access_secret,
        "SCRUBCAST_X__TIMEOUT_S": "2",
        "SCRUBCAST_X__SETTLE_S": "0",
    }
    for further in map(account, range(1, accounts)):
        section = f"SCRUBCAST_X__ACCOUNTS__{further.username.upper()}"
        environment |= {
            f"{section}__ACCESS_TOKEN": further.access_token,
            f"{section}__ACCESS_SECRET": further.access_secret,
        }

    def standing() -> list[Standing]:
        posts = sorted(_ask("GET", f"{direct}/_control/posts")["posts"], key=lambda post: int(post["id"]))
        return [Standing(p["id"], p["text"], p["reply_to"], p["conversation_id"]) for p in posts if not p["deleted"]]

    return Place("x", f"@{keys.username}", X_POSTS, url, direct, control, environment, standing)


def _bluesky(stack: ExitStack, folder: Path) -> tuple[Place, str]:
    port = stack.enter_context(running("tests.peers.bluesky", "--state", str(folder / "bluesky")))
    direct = f"http://127.0.0.1:{port['port']}"
    url, control = _proxied(stack, direct)
    user = {"handle": "hospital.test", "email": "hospital@example.test", "password": "password-of-hospital"}
    did = str(_ask("POST", f"{direct}/xrpc/com.atproto.server.createAccount", user)["did"])
    environment = {
        "SCRUBCAST_BLUESKY__URL": url,
        "SCRUBCAST_BLUESKY__HANDLE": user["handle"],
        "SCRUBCAST_BLUESKY__PASSWORD": user["password"],
        "SCRUBCAST_BLUESKY__TIMEOUT_S": "3",
    }

    def standing() -> list[Standing]:
        return list(_records(direct, did))

    return Place("bluesky", "@hospital.test", BLUESKY_POSTS, url, direct, control, environment, standing), did


def _records(direct: str, did: str) -> Iterator[Standing]:
    """By key, which follows from the release: what came when is the firehose's to say."""
    params = {"repo": did, "collection": PUBLIC, "limit": "100", "reverse": "true"}
    while True:
        page = _ask("GET", f"{direct}/xrpc/com.atproto.repo.listRecords", params=params)
        for record in page["records"]:
            reply = record["value"].get("reply")
            parent, root = (reply["parent"]["uri"], reply["root"]["uri"]) if reply else (None, None)
            yield Standing(record["uri"], record["value"]["text"], parent, root)
        if not page["records"] or "cursor" not in page:
            return
        params["cursor"] = page["cursor"]


def _mastodon(stack: ExitStack, folder: Path) -> Place:
    arguments = ("--folder", str(folder / "mastodon"), "--user", "hospital")
    facts = stack.enter_context(running("tests.peers.mastodon", *arguments))
    direct = f"http://127.0.0.1:{facts['port']}"
    url, control = _proxied(stack, direct)
    headers = {"Authorization": f"Bearer {facts['tokens']['hospital']}"}
    me = _ask("GET", f"{direct}/api/v1/accounts/verify_credentials", headers=headers)
    environment = {
        "SCRUBCAST_MASTODON__URL": url,
        "SCRUBCAST_MASTODON__TOKEN": facts["tokens"]["hospital"],
        "SCRUBCAST_MASTODON__TIMEOUT_S": "2",
        "SCRUBCAST_MASTODON__SETTLE_S": "1",
    }

    def standing() -> list[Standing]:
        found: list[Standing] = []
        params = {"limit": "40"}
        path = f"{direct}/api/v1/accounts/{me['id']}/statuses"
        while page := _ask("GET", path, params=params, headers=headers):
            found += [Standing(s["id"], _plain(s["content"]), s["in_reply_to_id"]) for s in page]
            params["max_id"] = page[-1]["id"]
        return found[::-1]

    name = f"@hospital@{httpx.URL(me['url']).netloc.decode()}"
    return Place("mastodon", name, MASTODON_POSTS, url, direct, control, environment, standing)


def _plain(content: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"</p>\s*<p>|<br ?/?>", "\n", content)))


# -- whether it is all there, once, in order and under the right parent ------------------------------------------------

READING = re.compile(r"Reading (\d+) is steady\.")


def reading(number: int) -> str:
    """A text that screening leaves as it is, and that tells the updates apart."""
    return f"Reading {number} is steady."


@dataclass(frozen=True)
class Tally:
    """How one thread stands on one platform; all but `posts` and `public` ought to be empty."""

    posts: int
    twice: list[int]
    lost: list[int]
    out_of_order: list[int]
    wrong_parents: list[int]
    wrong_tags: list[int]
    public: list[Standing]  # in the order in which they became so

    @property
    def faults(self) -> dict[str, list[int]]:
        names = ("twice", "lost", "out_of_order", "wrong_parents", "wrong_tags")
        return {name: found for name in names if (found := getattr(self, name))}


def tally(peers: Peers, place: Place, wanted: Sequence[int], hashtag: str) -> Tally:
    """Of the posts of these readings, which are one thread."""
    return counted([post for post in public(peers, place) if _number(post) in set(wanted)], wanted, hashtag)


def counted(posts: Sequence[Standing], wanted: Sequence[int], hashtag: str) -> Tally:
    """`posts` in the order in which they became public."""
    numbers = [_number(post) for post in posts]
    parents = [None, *(post.id for post in posts)]
    roots = {None, posts[0].id} if posts else {None}
    return Tally(
        posts=len(posts),
        twice=sorted({n for n in numbers if numbers.count(n) > 1}),
        lost=sorted(set(wanted) - set(numbers)),
        out_of_order=[n for n, after in zip(numbers, sorted(numbers), strict=True) if n != after],
        wrong_parents=[
            n
            for n, post, parent in zip(numbers, posts, parents, strict=False)
            if post.parent != parent or post.root not in roots
        ],
        wrong_tags=[n for n, post in zip(numbers, posts, strict=True) if post.text.count(hashtag) != 1],
        public=list(posts),
    )


def public(peers: Peers, place: Place) -> list[Standing]:
    """In the order in which they became public. What the firehose heard twice stands there twice."""
    standing = place.standing()
    if place is not peers.bluesky:
        return standing
    by_uri = {post.id: post for post in standing}
    heard = [s.uri for s in peers.witness.seen() if s.action == "create" and s.uri in by_uri]
    return [by_uri[uri] for uri in heard] + [post for post in standing if post.id not in set(heard)]


def _number(post: Standing) -> int:
    found = READING.search(post.text)
    return int(found[1]) if found else -1
