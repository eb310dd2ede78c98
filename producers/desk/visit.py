"""One look at a page: in which language, rendered by which template, and where to after a press."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from producers.desk import words
from producers.desk.gate import LANG_COOKIE
from producers.desk.phrases import translate
from producers.desk.words import LANGS, Lang
from streams.web import Templates

TEMPLATES = Templates(Path(__file__).parent / "templates")
LANG_COOKIE_S = 365 * 86_400


def language(request: Request) -> Lang:
    """What was chosen on this device; else the first of the browser's languages that we speak; else English."""
    chosen = request.cookies.get(LANG_COOKIE)
    asked = [part.partition(";")[0].strip()[:2].lower() for part in _accepted(request)]
    for code in (chosen, *asked):
        for lang in LANGS:
            if code == lang:
                return lang
    return "en"


def _accepted(request: Request) -> list[str]:
    return request.headers.get("accept-language", "").split(",")[:10]


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the visitor's language; `said` in the address picks one of our own sentences, nothing else."""
    lang = language(request)
    code = request.query_params.get("said", "")

    def t(english: str, **more: object) -> str:
        return translate(english, lang, **more)

    common = {
        "lang": lang,
        "t": t,
        "said": words.said(code, lang),
        "said_you": code not in _GOOD,
        "here": safe_path(request.url.path),
        "path": request.url.path,
        "with_passkey": getattr(getattr(request.state, "session", None), "person", None) is not None,
    }
    return TEMPLATES.render(name, status, **{**common, **values})


_GOOD = frozenset(
    {
        "approved",
        "told",
        "signed",
        "holding-sent",
        "complication-over",
        "complication-over-held",
        "kept",
        "returned",
        "edited",
        "correcting",
        "resumed",
        "hold-ended",
        "agreed",
        "released",
        "settled",
        "taking-back",
        "tablet-revoked",
        "person-added",
        "person-removed",
        "pin-set",
        "events-named",
        "passkey-revoked",
    }
)


def to(path: str, said: str | None = None) -> RedirectResponse:
    """See Other: a reload after a press repeats nothing."""
    return RedirectResponse(f"{path}?{urlencode({'said': said})}" if said else path, 303)


PAGES = ("/desk", "/audit")
"""Where the pages of this origin begin: the desk's own, and those that are beside them."""


def is_page(path: str) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in PAGES)


def safe_path(path: str) -> str:
    """`path` when it is one of this origin's own, else the list: a link must not lead from here to another site."""
    return path if is_page(path) and "//" not in path and "\\" not in path else "/desk"
