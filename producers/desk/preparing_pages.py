"""The pages of one preparation: its checks, the form of a section, its protected terms, its run sheet, its opening."""

import functools
from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import Response

from producers.desk import preparing_forms as forms
from producers.desk import preparing_screens as screens
from producers.desk import preparing_yaml, words
from producers.desk.opening import NotReady
from producers.desk.preparing import MAY_PREPARE, MAY_SIGN
from producers.desk.preparing_begin import NOT_NAMED
from producers.desk.preparing_fields import Section
from producers.desk.preparing_forms import Problem, Typed
from producers.desk.preparing_site import HERE, Site, posted
from producers.desk.preparing_words import Words
from producers.desk.visit import render, to
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.preparation import Preparation
from streams import run_sheet
from streams.ready import said

MORE_ROWS = 5
MORE_ROWS_MAX = 200


def overview(
    request: Request, site: Site, actor: Actor, live_event_id: str, *, status: int = 200, told: str = ""
) -> Response:
    one = site.preparing.get(live_event_id)
    say = site.say(request, one)
    site.presences.saw(live_event_id, actor)
    found = site.preparing.checks(live_event_id)
    is_opened = site.preparing.is_opened(live_event_id)
    may = frozenset() if is_opened else _acts(actor)
    window = _window(one)
    return render(
        request, "prepare.html", status, role=words.role(actor.role, say.lang), id=live_event_id,
        title_of=site.preparing.title(live_event_id), is_opened=is_opened, told=told,
        may_prepare=actor.role in MAY_PREPARE, sections=screens.sections(live_event_id, say),
        opens=say.t("Opens {at} ({zone}).", at=say.moment(window), zone=say.zone.key) if window else "",
        checked=say.now.astimezone(say.zone).strftime("%H:%M:%S"), path=f"{HERE}/{live_event_id}",
        protected=one.protected,
        **screens.readiness(live_event_id, found, say, may=may, rehearse=site.rehearse),
    )  # fmt: skip


def _acts(actor: Actor) -> frozenset[str]:
    if actor.role in MAY_PREPARE:
        return frozenset({"section", "tick", "ask", "sign", "people", "rehearse"})
    return frozenset({"sign"}) if actor.role in MAY_SIGN else frozenset()


def _window(one: Preparation) -> Any:
    value = forms.get(one.file, "window.opens")
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def section_page(
    request: Request, site: Site, actor: Actor, live_event_id: str, section: Section, *, typed: Typed | None = None,
    problems: list[Problem] | None = None, status: int = 200, more: int = 0, told: str = "",
) -> Response:  # fmt: skip
    one = site.preparing.get(live_event_id)
    say = site.say(request, one)
    shown = screens.form(
        section, forms.typed_of(section, one.file) if typed is None else typed, problems or [], say,
        options=_options(site), more=more,
    )  # fmt: skip
    return render(
        request, "prepare_section.html", status, role=words.role(actor.role, say.lang), id=live_event_id,
        title_of=site.preparing.title(live_event_id), section=shown, told=told,
        sections=screens.sections(live_event_id, say, section.id), seen=forms.seen(section, one.file),
        is_opened=site.preparing.is_opened(live_event_id), zones=sorted(_common_zones()), more=more,
        path=f"{HERE}/{live_event_id}/{section.id}", wrong_words=_how_many(shown["wrong"], say),
    )  # fmt: skip


def _how_many(wrong: list[Any], say: Words) -> str:
    if not wrong:
        return ""
    return (
        say.t("One thing is not right yet. Nothing was saved.")
        if len(wrong) == 1
        else say.t("{n} things are not right yet. Nothing was saved.", n=len(wrong))
    )


@functools.cache
def _common_zones() -> frozenset[str]:
    """Offered while typing; any zone of the world may be typed."""
    areas = ("Europe/", "America/New", "America/Chi", "America/Den", "America/Los", "Atlantic/")
    return frozenset(zone for zone in forms.zones() if zone.startswith(areas)) | {"UTC"}


def _options(site: Site) -> dict[str, list[tuple[str, str]]]:
    policies = site.preparing.opening.policies
    return {} if policies is None else {"policy": [(name, policies[name].title or name) for name in policies]}


async def save(request: Request, site: Site, actor: Actor, live_event_id: str, section: Section) -> Response:
    form = await posted(request)
    one = site.preparing.get(live_event_id)
    typed = form.typed(section)
    page = functools.partial(section_page, request, site, actor, live_event_id, section)
    if form.has("more"):
        number = form.text("more")
        return page(
            typed=typed, more=min(int(number), 200) + MORE_ROWS if number.isdecimal() and len(number) < 4 else MORE_ROWS
        )  # no form has a thousand rows
    say = site.say(request, one)
    file, problems = forms.filled(section, typed, one.file)
    if problems:
        return page(typed=typed, problems=problems, status=422)
    if form.text("seen") != forms.seen(section, one.file):
        told = say.t(
            "Somebody changed this section meanwhile. Below is what you typed; saving again puts it in place of theirs."
        )
        return page(typed=typed, status=409, told=told)
    new_id = str(file.get("id", live_event_id))
    if not site.gate.sees(request, new_id):
        other = Problem(
            "id",
            said(NOT_NAMED),
        )
        return page(typed=typed, problems=[other], status=403)
    try:
        await site.preparing.save(actor, live_event_id, file)
    except Refused as refused:
        if refused.code != "taken-id":
            raise
        taken = Problem("id", said("There is an event of this address already. Choose another one."))
        return page(typed=typed, problems=[taken], status=409)
    following = screens.next_of(section.id)
    if form.has("on") and following:
        return to(f"{HERE}/{new_id}/{following}", "saved")
    return to(f"{HERE}/{new_id}", "saved")


# -- protected terms


def protected_page(
    request: Request, site: Site, actor: Actor, live_event_id: str, *, wrong: list[str] | None = None, status: int = 200
) -> Response:
    one = site.preparing.get(live_event_id)
    say = site.say(request, one)
    return render(
        request, "prepare_protected.html", status, role=words.role(actor.role, say.lang), id=live_event_id,
        title_of=site.preparing.title(live_event_id), number=one.protected, wrong=wrong or [],
        sections=screens.sections(live_event_id, say, "protected"),
        is_opened=site.preparing.is_opened(live_event_id), path=f"{HERE}/{live_event_id}/protected",
    )  # fmt: skip


async def protect(request: Request, site: Site, actor: Actor, live_event_id: str) -> Response:
    """What was typed is never shown again, not even to who typed it: lines are named by their numbers."""
    form, say = await posted(request), site.say(request, site.preparing.get(live_event_id))
    try:
        text = f"{form.uploaded('file')}\n{form.text('terms')}"
    except Refused:
        return protected_page(request, site, actor, live_event_id, wrong=[say.t("This is not text.")], status=422)
    found, wrong, too_many = preparing_yaml.terms(text)
    lines = ", ".join(str(n) for n in wrong[:20])
    faults = (
        [say.t("A term has 2 to 200 characters. These lines have not: {lines}. Nothing was kept.", lines=lines)]
        if wrong
        else []
    )
    if too_many:
        faults.append(say.t("At most 500 protected terms are kept. Nothing was kept."))
    if not found and not faults and not form.has("replace"):
        faults.append(say.t("Type a term, or choose a file."))
    if faults:
        return protected_page(request, site, actor, live_event_id, wrong=faults, status=422)
    try:
        await site.preparing.protect(actor, live_event_id, found, replace=form.has("replace"))
    except Refused as refused:
        if refused.code != "too-many-terms":
            raise
        fault = say.t("At most 500 protected terms are kept. Nothing was kept.")
        return protected_page(request, site, actor, live_event_id, wrong=[fault], status=422)
    return to(f"{HERE}/{live_event_id}/protected", "terms-kept")


# -- the run sheet's signature, ticks, opening


def sign_page(
    request: Request, site: Site, actor: Actor, live_event_id: str, *, status: int = 200, told: str = ""
) -> Response:
    one = site.preparing.get(live_event_id)
    say, items = site.say(request, one), site.preparing.run_sheet(live_event_id)
    site.presences.saw(live_event_id, actor)
    shown = [{"id": item.id, "pieces": _pieces(item.text)} for item in items]
    return render(
        request, "prepare_sign.html", status, role=words.role(actor.role, say.lang), id=live_event_id,
        title_of=site.preparing.title(live_event_id), items=shown, told=told,
        sha256=site.preparing.run_sheet_sha256(live_event_id) or "", may=actor.role in MAY_SIGN,
        asks_passkey=site.attesting.needs(request),
        is_opened=site.preparing.is_opened(live_event_id), path=f"{HERE}/{live_event_id}/sign",
    )  # fmt: skip


def _pieces(text: str) -> list[tuple[str, str]]:
    """The text with its blanks apart, so that a physician sees what is left open."""
    out, at = [], 0
    for blank in run_sheet.blanks(text):
        out += [("text", text[at : blank.start]), ("blank", blank.type)]
        at = blank.end
    return [*out, ("text", text[at:])]


async def sign(request: Request, site: Site, actor: Actor, live_event_id: str) -> Response:
    form = await posted(request)
    sha256 = form.text("sha256")
    assertion = await site.attesting.proven(request, actor, live_event_id, sha256)
    try:
        await site.preparing.sign(actor, live_event_id, sha256, assertion)
    except Refused as refused:
        if refused.code != "sheet-changed":
            raise
        say = site.say(request)
        return sign_page(
            request,
            site,
            actor,
            live_event_id,
            status=409,
            told=say.t("The run sheet was changed. Read it again; nothing was signed."),
        )
    return to(f"{HERE}/{live_event_id}", "signed")


async def open_it(request: Request, site: Site, actor: Actor, live_event_id: str) -> Response:
    try:
        await site.preparing.open(actor, live_event_id)
    except NotReady:
        say = site.say(request, site.preparing.get(live_event_id))
        told = say.t("It was not opened. What is missing stands below.")
        return overview(request, site, actor, live_event_id, status=422, told=told)
    return to(f"/desk/{live_event_id}")
