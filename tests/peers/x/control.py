"""The tests' own door, `/_control/…`: faults by script, how this X behaves, its clock, a look behind the API."""

from dataclasses import asdict, replace

from aiohttp import web

from tests.peers.x.faults import WHAT
from tests.peers.x.oauth2 import Logins
from tests.peers.x.peer import Peer
from tests.peers.x.settings import WINDOWS

SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")


class Control:
    def __init__(self, peer: Peer, logins: Logins) -> None:
        self._peer = peer
        self._logins = logins

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/_control/faults", self._script),
            web.get("/_control/faults", self._left),
            web.post("/_control/settings", self._settings),
            web.post("/_control/clock", self._clock),
            web.get("/_control/posts", self._posts),
            web.get("/_control/media", self._media),
            web.get("/_control/accounts", self._accounts),
            web.post("/_control/grants", self._grant),
            web.post("/_control/consent", self._consent),
        ]

    async def _script(self, request: web.Request) -> web.StreamResponse:
        script = await request.json()
        for fault in script:
            if fault["on"] not in (*WINDOWS, "token") or fault["what"] not in WHAT:
                return web.json_response({"error": f"no such fault: {fault['on']} {fault['what']}"}, status=400)
        self._peer.faults.script = script
        return web.json_response({})

    async def _left(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"faults": self._peer.faults.script})

    async def _settings(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        name = body.pop("account", None)
        try:
            self._peer.settings.having(body)
            if name is None:
                self._peer.settings = self._peer.settings.having(body)
            else:
                user_id = self._peer.by_name[name].user_id
                self._peer.of_account[user_id] = self._peer.of_account.get(user_id, {}) | body
        except KeyError as unknown:
            return web.json_response({"error": f"no such setting or account: {unknown}"}, status=400)
        return web.json_response(asdict(self._peer.settings))

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        self._peer.shift_s += float((await request.json())["advance_s"])
        return web.json_response({"now_s": self._peer.now_s()})

    async def _posts(self, request: web.Request) -> web.StreamResponse:
        posts = [asdict(t) for t in self._peer.store.tweets.values()]
        told = {"posts": posts, "requests": list(self._peer.requests), "refused": list(self._peer.refused)}
        return web.json_response(told)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"media": [asdict(m) for m in self._peer.store.media.values()]})

    async def _accounts(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"accounts": [asdict(a) for a in self._peer.accounts.values()]})

    async def _grant(self, request: web.Request) -> web.StreamResponse:
        """Tokens without a browser, as if a person had just allowed it."""
        body = await request.json()
        account = self._peer.by_name[body.get("account", self._peer.first.username)]
        client_id = account.public_client_id if body.get("public") else account.client_id
        grant = self._logins.grant(account.user_id, client_id, tuple(body.get("scopes", SCOPES)), body.get("life_s"))
        return self._logins.answer(grant)

    async def _consent(self, request: web.Request) -> web.StreamResponse:
        name = (await request.json())["account"]
        self._logins.consenting = None if name is None else replace(self._peer.by_name[name])
        return web.json_response({})
