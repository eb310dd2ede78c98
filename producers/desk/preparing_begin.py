"""How a preparation begins: from nothing, from an earlier event, or from the YAML of one."""

import asyncio
from typing import Any

from fastapi import Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from producers.desk import preparing_defaults as defaults
from producers.desk import preparing_forms as forms
from producers.desk import preparing_screens as screens
from producers.desk import preparing_yaml, words
from producers.desk.preparing import MAY_PREPARE
from producers.desk.preparing_fields import SMALL
from producers.desk.preparing_forms import Problem
from producers.desk.preparing_site import HERE, Site, posted
from producers.desk.preparing_words import Words
from producers.desk.visit import render, to
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.ids import LiveEventId

TITLE_MAX = 200
OTHER_EVENT = 403  # as gate.check_event() denies it, but on the form, so that nothing typed is lost
_ID: TypeAdapter[str] = TypeAdapter(LiveEventId)
NOT_NAMED = "You are named for other events alone. Take the address of one of these, or ask who runs this system."


def list_page(
    request: Request, site: Site, actor: Actor, *, status: int = 200, wrong: list[str] | None = None, at: str = "",
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    say, preparing = site.say(request), site.preparing
    drafts = [
        screens.listed(p, preparing.title(p.live_event_id), preparing.checks(p.live_event_id), site.say(request, p))
        for p in preparing.drafts()
        if site.gate.sees(request, p.live_event_id)
    ]
    earlier = [
        {"id": view.live_event_id, "title": view.live_event.plan.title}
        for view in preparing.reach.projection.open_events()
        if view.live_event is not None and site.gate.sees(request, view.live_event_id)
    ]
    mine = [{"id": d["id"], "title": d["title"]} for d in drafts]
    return render(
        request, "prepare_list.html", status, role=words.role(actor.role, say.lang), drafts=drafts,
        earlier=earlier + mine, wrong=wrong or [], at=at,
        typed={"title": "", "id": "", "text": "", "from": "", **(typed or {})},
        may=actor.role in MAY_PREPARE, here=HERE, path=HERE,
    )  # fmt: skip


async def begin(request: Request, site: Site, actor: Actor) -> Response:
    form, say = await posted(request), site.say(request)
    title, asked = form.text("title").strip(), form.text("id").strip()
    source = form.text("from").strip()
    typed = {"title": title, "id": asked, "from": source}

    def again(*wrong: str, status: int = 422) -> Response:
        return list_page(request, site, actor, status=status, wrong=list(wrong), at="new", typed=typed)

    if not 1 <= len(title) <= TITLE_MAX:  # as the schema has it
        return again(say.t("The title has 1 to 200 characters."))
    live_event_id = asked or defaults.slug(title)
    if not is_id(live_event_id):
        return again(f"{say.t('Address')}: {say.t(SMALL)}")
    if not site.gate.sees(request, live_event_id):
        return again(say.t(NOT_NAMED), status=OTHER_EVENT)
    earlier = _earlier(site, source) if site.gate.sees(request, source) else None
    if source and earlier is None:
        return again(say.t("The event to take from is not here any more."))
    now, lang = site.preparing.reach.clock.now(), say.lang
    file = defaults.copied(earlier, title, now, lang) if earlier else defaults.new(title, now, lang)
    if title_words := defaults.slug(title).replace("-", ""):
        file = {"hashtag": f"#{title_words[:40]}", **file} if not earlier else file
    try:
        await site.preparing.create(actor, live_event_id, file)
    except Refused as refused:
        if refused.code != "taken-id":
            raise
        return again(say.t("There is an event of this address already. Choose another one."))
    return to(f"{HERE}/{live_event_id}/event")


def _earlier(site: Site, source: str) -> dict[str, Any] | None:
    found = site.preparing.known.get(source)
    if found is not None and found.state == "draft":
        return dict(found.file)
    view = site.preparing.reach.projection.events.get(source)
    if view is None or view.live_event is None:
        return None
    return view.live_event.plan.model_dump(mode="json")


def is_id(value: str) -> bool:
    try:
        _ID.validate_python(value)
    except ValidationError:
        return False
    return True


async def from_yaml(request: Request, site: Site, actor: Actor) -> Response:
    form, say = await posted(request), site.say(request)
    text = ""

    def again(wrong: list[str], status: int = 422) -> Response:
        kept = preparing_yaml.without_protected(text)
        lost = (
            [say.t("Protected terms were left out of the text below. Put them in again.")]
            if kept != text.strip()
            else []
        )
        return list_page(request, site, actor, status=status, wrong=wrong + lost, at="yaml", typed={"text": kept})

    try:
        text = form.uploaded("file").strip() or form.text("text").strip()
        if not text:
            return again([say.t("Choose a file, or paste its text.")])
        file = await asyncio.to_thread(preparing_yaml.read, text)
    except Refused as refused:
        return again([_refused(refused, say)])
    wrong = [_named(problem, say) for problem in forms.problems_of(file)]
    live_event_id = file.get("id")
    if not isinstance(live_event_id, str) or not is_id(live_event_id):
        wrong = [
            f"id: {say.t(SMALL)}",
            *(w for w in wrong if not w.startswith("id:")),
        ]
        return again(wrong)
    if not site.gate.sees(request, live_event_id):
        return again([say.t(NOT_NAMED)], OTHER_EVENT)
    if wrong:
        return again(wrong)
    terms = file.get("protect") or []
    try:
        await site.preparing.create(actor, live_event_id, file, tuple(str(t).strip() for t in terms))
    except Refused as refused:
        if refused.code != "taken-id":
            raise
        return again([say.t("There is an event of this address already. Choose another one.")], 409)
    return to(f"{HERE}/{live_event_id}")


def _named(problem: Problem, say: Words) -> str:
    return f"{forms.unknown_key(problem.name)}: {say.say(problem.words)}"


_FILE_REFUSED = {
    "file-too-large": "The file is larger than 256 kB.",
    "not-yaml": "This is not YAML.",
    "yaml-alias": "Aliases (*name) are not taken; write it out.",
    "yaml-too-much": "This is deeper or longer than any event needs.",
    "not-a-table": "A table of fields was expected.",
    "not-text": "This is not text.",
}


def _refused(refused: Refused, say: Words) -> str:
    line = preparing_yaml.line_of(refused)
    if line is not None:
        return say.t("This is not YAML; line {n} is where reading ended.", n=line)
    return say.t(_FILE_REFUSED[refused.code])
