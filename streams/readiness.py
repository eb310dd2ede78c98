"""Whether a live event may open: every gap of its file, each named in words with what to do."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from schemas.live_event import Destination, LiveEventFile
from schemas.policy import Policy

HasCredentials = Callable[[Destination], bool]

_SAY = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this file; check the spelling",
    "timezone_aware": "needs a time zone, as in 2026-12-01T07:30:00+01:00",
    "datetime_from_date_parsing": "needs a date, a time and a time zone",
}


def check(
    file: Mapping[str, Any],
    now: datetime,
    known_platforms: frozenset[str],
    policies: Mapping[str, Policy] | None = None,
    has_credentials: HasCredentials | None = None,
) -> tuple[LiveEventFile | None, tuple[str, ...]]:
    """The file, parsed, and its gaps; it may open only when there are none. Values are never repeated.

    `policies`: those that are known here, by name; `has_credentials`: of which accounts the credentials are set; None
    when nobody can say.
    """
    try:
        parsed = LiveEventFile.model_validate(file)
    except ValidationError as error:
        found = error.errors(include_input=False, include_context=False, include_url=False)
        places = [e["loc"] for e in found]
        # A list whose only item is wrong counts as empty too: one mistake, said once.
        own = [e for e in found if not any(p != e["loc"] and p[: len(e["loc"])] == e["loc"] for p in places)]
        return None, tuple(f"{_place(e['loc'])}: {_SAY.get(e['type'], e['msg'])}" for e in own)
    accounts = _account_gaps(parsed.destinations, known_platforms, has_credentials)
    return parsed, (*_consent_gaps(parsed, now), *accounts, *_gaps(parsed, now, policies))


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "file"


def _account_gaps(
    destinations: tuple[Destination, ...], known_platforms: frozenset[str], has_credentials: HasCredentials | None
) -> list[str]:
    gaps = []
    for index, destination in enumerate(destinations):
        if destination.platform not in known_platforms:
            gaps.append(
                f"destinations.{index}: {destination.platform} has no account set up here; "
                f"give its credentials or take it out (set up: {', '.join(sorted(known_platforms))})"
            )
        elif has_credentials is not None and not has_credentials(destination):
            gaps.append(
                f"destinations.{index}: this account of {destination.platform} is not set up here; give its own "
                f"credentials (SCRUBCAST_{destination.platform.upper()}__ACCOUNTS__<NAME>__…) or take it out"
            )
    return gaps


def _gaps(file: LiveEventFile, now: datetime, policies: Mapping[str, Policy] | None) -> list[str]:
    gaps = []
    if policies is not None:
        policy = policies.get(file.policy)
        gaps += (
            policy_gaps(file, policy) if policy else [f"policy: no policy of that name; there are {_list(policies)}"]
        )
    if file.window.closes <= now:
        gaps.append("window.closes: lies in the past")
    if _hides(file.hashtag, file.protect):
        gaps.append("hashtag: holds a protected term; choose another")
    if any(_hides(text, file.protect) for text in (file.title, *(item.text for item in file.run_sheet))):
        gaps.append("title or run_sheet: holds a protected term; write it another way")
    ids = [item.id for item in file.run_sheet]
    if len(set(ids)) != len(ids):
        gaps.append("run_sheet: two items have the same id")
    return gaps


def policy_gaps(file: LiveEventFile, policy: Policy) -> list[str]:
    """What the policy asks of a live event and this one does not give."""
    gaps = []
    if file.release.delay_s < (policy.delay_s or 0):
        gaps.append(f"release.delay_s: policy {policy.name} asks for {policy.delay_s} seconds at least")
    if policy.review and policy.review.read == "all" and file.release.review != "all":
        gaps.append(f"release.review: policy {policy.name} asks that a person reads everything; write `review: all`")
    if policy.languages and not set(file.languages) <= set(policy.languages):
        gaps.append(f"languages: policy {policy.name} screens only {_list(policy.languages)}")
    return gaps


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _consent_gaps(file: LiveEventFile, now: datetime) -> list[str]:
    consent, gaps = file.consent, []
    try:
        zone = ZoneInfo(file.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ["timezone: not a zone name, as Europe/Amsterdam is"]
    if not consent.media.text:
        gaps.append("consent.media.text: the consent does not cover text, so nothing may be posted")
    if consent.signed_at > now:
        gaps.append("consent.signed_at: lies in the future; nothing may be posted before it is signed")
    if consent.expires < max(now, file.window.opens).astimezone(zone).date():
        gaps.append("consent.expires: the consent ends before the event does")
    elif consent.expires < file.window.closes.astimezone(zone).date():
        gaps.append("consent.expires: the consent ends before the event closes")
    for name, what in (("copy_given", "the signer has a copy"), ("plain_language", "it is in plain language")):
        if not getattr(consent, name):
            gaps.append(f"consent.{name}: has to say that {what}")
    if (consent.representative is None) != (consent.representative_authority is None):
        gaps.append("consent.representative_authority: a representative and the authority go together")
    return gaps


def _hides(text: str, protect: tuple[str, ...]) -> bool:
    squeezed = "".join(c for c in text.casefold() if c.isalnum())
    parts = {part for term in protect for part in (term, *term.split()) if len(part) >= 4}
    return any("".join(c for c in part.casefold() if c.isalnum()) in squeezed for part in parts)
