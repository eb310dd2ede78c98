"""The peer's state, and the door each request passes: who asks, what goes wrong by script, whether there is room."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from tests.peers.x.accounts import Account
from tests.peers.x.answers import problem
from tests.peers.x.faults import Faults, Handler, locked, too_many
from tests.peers.x.limits import Limits
from tests.peers.x.oauth import Signatures
from tests.peers.x.settings import WINDOWS, Settings
from tests.peers.x.store import Grant, Store

REQUESTS_MAX = 100_000  # kinds of requests that are remembered for tests
FORM = "application/x-www-form-urlencoded"

# The scopes that OAuth 2.0 asks for; OAuth 1.0a keys have all or, where they may only read, the reading ones.
SCOPES = {
    "create": {"tweet.read", "users.read", "tweet.write"},
    "delete": {"tweet.read", "users.read", "tweet.write"},
    "me": {"tweet.read", "users.read"},
    "timeline": {"tweet.read", "users.read"},
    "lookup": {"tweet.read", "users.read"},
    "search": {"tweet.read", "users.read"},
} | {kind: {"media.write"} for kind in ("media-init", "media-append", "media-finalize", "media-status", "metadata")}
WRITES = frozenset({"tweet.write", "media.write"})


@dataclass(frozen=True)
class Asker:
    """Who asks: an account by one of its ways, or the app alone."""

    account: Account | None
    grant: Grant | None = None
    by_keys: bool = False


WHO: web.RequestKey[Asker] = web.RequestKey("who", Asker)


class Peer:
    """One X with its accounts. Time runs as the machine's, moved by `shift_s`; signatures are held to the true time."""

    def __init__(self, store: Store, accounts: Mapping[str, Account], settings: Settings) -> None:
        self.store = store
        self.accounts = accounts  # by user id
        self.settings = settings
        self.of_account: dict[str, dict[str, object]] = {}  # settings by user id
        self.faults = Faults()
        self.limits = Limits()
        self.requests: deque[str] = deque(maxlen=REQUESTS_MAX)
        self.refused: deque[str] = deque(maxlen=REQUESTS_MAX)
        self.shift_s = 0.0
        self.signatures = Signatures(accounts)
        self.user_tokens = {a.user_token: a for a in accounts.values()}
        self.by_name = {a.username: a for a in accounts.values()}
        self.first = next(iter(accounts.values()))

    def now_s(self) -> float:
        return time.time() + self.shift_s

    def now_ms(self) -> int:
        return int(self.now_s() * 1000)

    def settings_of(self, user_id: str | None) -> Settings:
        return self.settings.having(self.of_account.get(user_id or "", {}))

    def door(self, kind: str, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.requests.append(kind)
            who = await self._who(request)
            barred = problem(401, "Unauthorized") if who is None else self._barred(kind, who)
            if who is None or barred is not None:
                self.refused.append(kind)
                return barred or problem(401, "Unauthorized")
            request[WHO] = who
            user_id = who.account.user_id if who.account else None
            fault = self.faults.take(kind, who.account.username if who.account else None)
            if fault is not None:
                return await self.faults.answer(fault, request, handler, self.now_s())
            settings = self.settings_of(user_id)
            room, headers = self.limits.take(kind, user_id, settings, self.now_s())
            if who.by_keys:
                headers["x-access-level"] = settings.access
            if not room:
                return too_many(headers)
            response = await handler(request)
            if not response.prepared:
                response.headers.update(headers)
            return response

        return handle

    async def _who(self, request: web.Request) -> Asker | None:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if scheme == "OAuth":
            form = parse_qsl(await request.text(), keep_blank_values=True) if request.content_type == FORM else []
            url = f"{request.scheme}://{request.host}{request.raw_path}"
            account = self.signatures.account(rest, request.method, url, form, time.time())
            return Asker(account, by_keys=True) if account else None
        if scheme != "Bearer":
            return None
        if rest == self.first.app_token:
            return Asker(None)
        if rest in self.user_tokens:
            return Asker(self.user_tokens[rest])
        grant = next((g for g in self.store.grants.values() if g.access == rest), None)
        if grant is None or grant.revoked or grant.expires_ms <= self.now_ms():
            return None
        return Asker(self.accounts[grant.user_id], grant)

    def _barred(self, kind: str, who: Asker) -> web.Response | None:
        window, app_only = WINDOWS[kind], who.account is None
        if (window.app if app_only else window.user) is None:
            way = "OAuth 2.0 Application-Only" if app_only else "OAuth 2.0 User Context"
            ways = "OAuth 1.0a User Context, OAuth 2.0 User Context" if app_only else "OAuth 2.0 Application-Only"
            detail = f"Authenticating with {way} is forbidden for this endpoint.  "
            detail += f"Supported authentication types are [{ways}]."
            return problem(403, "Unsupported Authentication", detail, kind="unsupported-authentication")
        if who.account is None:
            return None
        settings, needed = self.settings_of(who.account.user_id), SCOPES[kind]
        if who.by_keys and settings.access == "read" and needed & WRITES:
            detail = "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."
            return problem(403, "Forbidden", detail, kind="oauth1-permissions")
        if who.grant is not None and not needed <= set(who.grant.scopes):
            return problem(403, "Forbidden")
        return locked() if settings.locked and needed & WRITES else None
