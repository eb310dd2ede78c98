"""The page that says how a tablet comes to trust our own authority: the one thing here that goes in plain HTTP.

It has to, for before it is followed there is no connection that a tablet trusts. So it holds nothing but what is
public (the authority's certificate), and tells people to compare it with what stands in the terminal.
"""

import plistlib
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import segno
from fastapi import FastAPI, Request
from markupsafe import Markup
from starlette.responses import FileResponse, RedirectResponse, Response

from deploy import tls
from deploy.trust_words import NAMES, STEPS, WORDS, Lang
from streams import web

FOLDER = Path(__file__).parent / "templates"
TEMPLATES = web.Templates(FOLDER)
IDENTIFIER = "org.scrubcast.authority"


def create_app(ca_file: Path, app_url: str) -> FastAPI:
    """`app_url` is where tablets open the app once they trust it."""
    digest, certificate, name = tls.fingerprint(ca_file), tls.der(ca_file), tls.common_name(ca_file)
    app = FastAPI(title="scrubcast trust", docs_url=None, redoc_url=None, openapi_url=None)
    web.install(app)

    @app.get("/")
    async def start() -> Response:
        return RedirectResponse("/trust", 303)

    @app.get("/trust")
    async def page(request: Request) -> Response:
        here = f"http://{request.url.netloc}/trust"
        lang = language(request)
        return TEMPLATES.render(
            "trust.html",
            lang=lang,
            t=WORDS[lang],
            steps=STEPS[lang],
            names=NAMES,
            called=name,
            said=tls.said(digest).split("-"),
            digits=digest.hex(":").upper(),
            app_url=f"{app_url.rstrip('/')}/",
            here_url=here,
            qr=qr(here),
        )

    @app.get("/trust/scrubcast.crt")
    async def for_most() -> Response:
        return _file(certificate, "application/x-x509-ca-cert", "scrubcast.crt")

    @app.get("/trust/scrubcast.mobileconfig")
    async def for_ipados() -> Response:
        return _file(profile(certificate, name), "application/x-apple-aspen-config", "scrubcast.mobileconfig")

    @app.get("/trust/trust.css")
    async def style() -> Response:
        return FileResponse(FOLDER / "trust.css", media_type="text/css")

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    return app


def profile(certificate: bytes, name: str) -> bytes:
    """A configuration profile with one root certificate (Apple, "Configuration Profile Reference")."""
    own, inner = (str(uuid5(NAMESPACE_URL, f"{IDENTIFIER}/{part}/{certificate.hex()}")) for part in ("profile", "root"))
    root = {
        "PayloadType": "com.apple.security.root",
        "PayloadIdentifier": f"{IDENTIFIER}.root",
        "PayloadUUID": inner,
        "PayloadVersion": 1,
        "PayloadDisplayName": name,
        "PayloadCertificateFileName": "scrubcast.crt",
        "PayloadContent": certificate,
    }
    whole = {
        "PayloadType": "Configuration",
        "PayloadIdentifier": IDENTIFIER,
        "PayloadUUID": own,
        "PayloadVersion": 1,
        "PayloadDisplayName": name,
        "PayloadDescription": "The certificate that the tablets of this installation trust.",
        "PayloadRemovalDisallowed": False,
        "PayloadContent": [root],
    }
    return plistlib.dumps(whole)


def qr(address: str) -> Markup:
    """An SVG that stands in the page itself: black on white, whatever the theme, or cameras do not read it."""
    made = segno.make(address, micro=False, error="m")
    return Markup(made.svg_inline(scale=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704  # segno writes it, with numbers alone


def language(request: Request) -> Lang:
    """Asked for in the address, else the first of the browser's that we speak. No cookie: nothing is kept here."""
    accepted = request.headers.get("accept-language", "").split(",")[:10]
    for code in (request.query_params.get("lang", ""), *(part.strip()[:2].lower() for part in accepted)):
        for lang in NAMES:
            if code == lang:
                return lang
    return "en"


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
