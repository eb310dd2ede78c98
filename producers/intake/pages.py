"""Serves the reporter's page: the shell at `/`, its files at `/app/`, its worker and manifest beside the shell.

Where it was never built, a clear page says so.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import Response

from schemas.errors import Refused
from streams.web.icons import sprite

DIST = Path(__file__).parent / "app" / "dist"
ICONS = (
    "brand", "check", "clock", "edit", "eye", "globe", "inbox", "key", "lock", "next", "offline", "online", "open",
    "pause", "prev", "question", "return", "search", "send", "signed", "stop", "tablet", "undo", "users", "warn", "x",
)  # fmt: skip
SPRITE_PLACE = "<!-- sprite -->"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
FOR_EVER = "public, max-age=31536000, immutable"  # names carry a hash of the content
ASK_EACH_TIME = "no-cache"
HASH_CHARACTERS = 8
WORKER = "sw.js"
MANIFEST = "app.webmanifest"
AT_ROOT = frozenset({"index.html", WORKER, MANIFEST})  # a worker rules over the folder that it is served from

NOT_BUILT = """<!doctype html>
<html lang="en" data-theme="dark">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>scrubcast · not built</title>
<link rel="stylesheet" href="/static/scrubcast.css">
</head>
<body>
<main class="page page-narrow">
<h1 class="title">The reporter’s page was not built.</h1>
<p class="lead">Everything else runs. Run <code>make setup</code> where scrubcast is installed, then start it again.</p>
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class File:
    """One file of the bundle, as it is sent."""

    content: bytes
    packed: bytes
    media_type: str
    etag: str
    cache: str


def _file(content: bytes, media_type: str, cache: str) -> File:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return File(content, gzip.compress(content, mtime=0), media_type, etag, cache)


def _has_hash(name: str) -> bool:
    """Whether a name is like `main-4BZQ6KXH.js`."""
    stem = name.split(".", maxsplit=1)[0]
    return len(stem.rpartition("-")[2]) == HASH_CHARACTERS and "-" in stem


def load(folder: Path) -> dict[str, File]:
    """The bundle, `index.html` among it; empty when it was not built. Read once: it is small, and part of a release."""
    index = folder / "index.html"
    if not index.is_file():
        return {}
    shell = index.read_text().replace(SPRITE_PLACE, str(sprite(*ICONS)))
    files = {"index.html": _file(shell.encode(), TYPES[".html"], ASK_EACH_TIME)}
    for path in sorted(folder.iterdir()):
        if path.suffix in TYPES and path.name != "index.html":
            cache = FOR_EVER if _has_hash(path.name) else ASK_EACH_TIME
            files[path.name] = _file(path.read_bytes(), TYPES[path.suffix], cache)
    if WORKER in files:
        files[WORKER] = _worker(files[WORKER].content, files["index.html"].etag)
    return files


def _worker(content: bytes, shell_etag: str) -> File:
    # A browser fetches the worker's files anew when the worker's own bytes changed; icons are put into the shell here.
    return _file(content + f"// shell {shell_etag}\n".encode(), TYPES[".js"], ASK_EACH_TIME)


def _answer(request: Request, file: File, **more: str) -> Response:
    headers = {"ETag": file.etag, "Cache-Control": file.cache, "Vary": "Accept-Encoding"} | more
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.media_type)
    return Response(file.content, headers=headers, media_type=file.media_type)


def add_pages(app: FastAPI, folder: Path = DIST) -> None:
    """`/`, `/app/{name}`, `/sw.js` and `/app.webmanifest`."""
    files = load(folder)

    async def index(request: Request) -> Response:
        if not files:
            return Response(NOT_BUILT, 503, media_type=TYPES[".html"])
        return _answer(request, files["index.html"])

    def there(may: bool, name: str) -> File:
        if not may or name not in files:
            raise Refused("There is no such file.", code="not-found", status=404)
        return files[name]

    async def part(request: Request, name: str) -> Response:
        return _answer(request, there(name not in AT_ROOT, name))

    async def worker(request: Request) -> Response:
        return _answer(request, there(True, WORKER), **{"Service-Worker-Allowed": "/"})

    async def manifest(request: Request) -> Response:
        return _answer(request, there(True, MANIFEST))

    app.add_api_route("/", index, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route(f"/{WORKER}", worker, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route(f"/{MANIFEST}", manifest, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/app/{name}", part, methods=["GET", "HEAD"], include_in_schema=False)
