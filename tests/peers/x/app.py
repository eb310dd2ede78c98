"""Which address of X's API v2 leads where."""

from collections.abc import AsyncIterator, Mapping

from aiohttp import web

from tests.peers.x.accounts import Account
from tests.peers.x.control import Control
from tests.peers.x.media import Pictures
from tests.peers.x.oauth2 import Logins
from tests.peers.x.peer import Peer
from tests.peers.x.posts import Posts
from tests.peers.x.settings import Settings
from tests.peers.x.store import Store
from tests.peers.x.stream import Stream

BODY_MAX = 6 * 1024 * 1024  # a chunk of a picture and what is round it


def made(store: Store, accounts: Mapping[str, Account], settings: Settings) -> web.Application:
    peer = Peer(store, accounts, settings)
    stream, logins, pictures = Stream(peer), Logins(peer), Pictures(peer)
    posts, door = Posts(peer, stream), peer.door
    app = web.Application(client_max_size=BODY_MAX)
    app.add_routes(
        [
            web.post("/2/tweets", door("create", posts.create)),
            web.get("/2/tweets/search/recent", door("search", posts.search)),
            web.get("/2/tweets/search/stream", door("stream", stream.stream)),
            web.get("/2/tweets/search/stream/rules", door("rules", stream.rules)),
            web.post("/2/tweets/search/stream/rules", door("rules-change", stream.change_rules)),
            web.get(r"/2/tweets/{id:\d{1,19}}", door("lookup", posts.lookup)),
            web.delete(r"/2/tweets/{id:\d{1,19}}", door("delete", posts.delete)),
            web.get("/2/users/me", door("me", posts.me)),
            web.get(r"/2/users/{id:\d{1,19}}/tweets", door("timeline", posts.timeline)),
            web.post("/2/media/upload/initialize", door("media-init", pictures.initialize)),
            web.post(r"/2/media/upload/{id:\d{1,19}}/append", door("media-append", pictures.append)),
            web.post(r"/2/media/upload/{id:\d{1,19}}/finalize", door("media-finalize", pictures.finalize)),
            web.get("/2/media/upload", door("media-status", pictures.status)),
            web.post("/2/media/metadata", door("metadata", pictures.metadata)),
            web.get("/i/oauth2/authorize", logins.authorize),
            web.post("/2/oauth2/token", logins.token),
            web.post("/2/oauth2/revoke", logins.revoke),
            *Control(peer, logins).routes(),
        ]
    )

    async def life(app: web.Application) -> AsyncIterator[None]:
        yield
        peer.faults.forget()
        store.close()

    app.cleanup_ctx.append(life)
    return app
