"""Whether a live event may open: every gap of its file, each named in words with what to do."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from schemas.live_event import Destination, LiveEventFile
from schemas.policy import Policy
from streams import consent_gaps, run_sheet

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
    *,
    cautious: bool = False,
) -> tuple[LiveEventFile | None, tuple[str, ...]]:
    """The file, parsed, and its gaps; it may open only when there are none. Values are never repeated.

    `policies`: those that are known here, by name; `has_credentials`: of which accounts the credentials are set; None
    when nobody can say; `cautious`: as streams.consent_gaps.gaps has it.
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
    return parsed, (*consent_gaps.gaps(parsed, now, cautious=cautious), *accounts, *_gaps(parsed, now, policies))


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
    if hides(file.hashtag, file.protect):
        gaps.append("hashtag: holds a protected term; choose another")
    if any(hides(text, file.protect) for text in (file.title, *(item.text for item in file.run_sheet))):
        gaps.append("title or run_sheet: holds a protected term; write it another way")
    ids = [item.id for item in file.run_sheet]
    if len(set(ids)) != len(ids):
        gaps.append("run_sheet: two items have the same id")
    gaps += run_sheet.gaps(file.run_sheet)
    gaps += [
        f"family_first.{i}: is no phase of this event"
        for i, phase in enumerate(file.family_first)
        if phase not in file.phases
    ]
    if file.holding is not None and file.holding.item not in ids:
        gaps.append("holding.item: the run sheet has no such item")
    if file.training and any(d.platform != "local" for d in file.destinations):
        gaps.append("training: a rehearsal posts on the local page alone; take the other destinations out")
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


def hides(text: str, protect: tuple[str, ...]) -> bool:
    """Whether a protected term, or a word of four letters or more of one, stands in `text`, run together or not."""
    squeezed = "".join(c for c in text.casefold() if c.isalnum())
    parts = {part for term in protect for part in (term, *term.split()) if len(part) >= 4}
    return any("".join(c for c in part.casefold() if c.isalnum()) in squeezed for part in parts)
