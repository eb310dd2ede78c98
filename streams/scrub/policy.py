"""Reads policy files and says what becomes of a text with these findings under them."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from pydantic import ValidationError

from schemas.draft import Action, Disposition, Finding
from schemas.envelope import Role
from schemas.errors import Refused
from schemas.policy import Policy
from streams.scrub import packaged
from streams.scrub.kinds import KINDS

SHIPPED = ("strict", "hipaa", "gdpr", "conference")
# Who may say more: a physician's word covers what a reviewer may approve, a director's both.
_RANK = {Role.REPORTER: 0, Role.REVIEWER: 1, Role.PHYSICIAN: 2, Role.DIRECTOR: 3}
# What no policy decides: such a text waits for the director, whatever a policy file says, or does not say, of the kind.
FOR_THE_DIRECTOR = frozenset({"revoked-tablet"})
# What no policy lets go by itself: such a text waits for a person at least.
ALWAYS_HELD = FOR_THE_DIRECTOR | {"out-of-consent"}
_WEIGHT = {Action.ALLOW: 0, Action.REDACT: 1, Action.HOLD: 2, Action.REFUSE: 3}
_BY_WEIGHT = (Disposition.CLEAR, Disposition.REDACTED, Disposition.HOLD, Disposition.REFUSE)
_PART = re.compile(r"""\"[^"]*\"|'[^']*'|[\w-]+""")
_HEADER = re.compile(r"\s*\[\[?(?P<path>[^\]]+)\]")
_KEY = re.compile(r"""\s*(?P<path>(?:\"[^"]*\"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:\"[^"]*\"|'[^']*'|[\w-]+))*)\s*=""")


class Disposed(NamedTuple):
    """`reasons` are the kinds that made it wait or be refused, most urgent first; empty when nothing did."""

    disposition: Disposition
    needs: Role | None
    reasons: tuple[str, ...]


def dispose(findings: Iterable[Finding], policy: Policy) -> Disposed:
    """From the findings' kinds and scores alone, so that the archive can ask what another policy would have decided."""
    gravest: dict[str, int] = {}
    for found in findings:
        weight = _WEIGHT[act(found.kind, found.score, policy)]
        gravest[found.kind] = max(weight, gravest.get(found.kind, 0))
    waiting = [kind for kind, weight in gravest.items() if weight >= _WEIGHT[Action.HOLD]]
    urgent = sorted(waiting, key=lambda k: (-gravest[k], -_rank(_needed(k, policy)), k))
    needs = max((_needed(kind, policy) for kind in waiting), key=_rank, default=None)
    disposition = _BY_WEIGHT[max(gravest.values(), default=0)]
    return Disposed(disposition, needs if disposition is Disposition.HOLD else None, tuple(urgent))


def act(kind: str, score: float, policy: Policy) -> Action:
    """What becomes of one finding. What a person has to judge cannot be taken out: between the bands it waits too."""
    action = policy.action(kind, score)
    if kind in ALWAYS_HELD:
        return max(action, Action.HOLD, key=_WEIGHT.__getitem__)
    if action is Action.REDACT and kind in KINDS and KINDS[kind].content:
        return policy.rule(kind).action
    return action


def about_all(kind: str, rule: str, policy: Policy) -> Finding:
    """A finding about the whole text, or about one that nobody could read: it has no span."""
    return Finding(start=0, end=0, kind=kind, rule=rule, action=act(kind, 1.0, policy))


def _needed(kind: str, policy: Policy) -> Role:
    return Role.DIRECTOR if kind in FOR_THE_DIRECTOR else policy.rule(kind).needs


def _rank(role: Role) -> int:
    return _RANK.get(role, len(_RANK))


@cache
def load(name: str) -> Policy:
    """A shipped policy by name."""
    if name not in SHIPPED:
        raise Refused(f"no policy is called {name}; there are {', '.join(SHIPPED)}", code="unknown-policy")
    return parse(packaged.text(f"policies/{name}.toml"), f"{name}.toml")


def parse(text: str, where: str) -> Policy:
    """The policy in a TOML file; `where` names the file in the message. Refused, with line and reason, when wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{where}: {error}", code="bad-policy") from None
    try:
        policy = Policy.model_validate(found)
    except ValidationError as error:
        raise Refused(f"{where}: {'; '.join(_reasons(error, text))}", code="bad-policy") from None
    if wrong := list(_misfits(policy, text)):
        raise Refused(f"{where}: {'; '.join(wrong)}", code="bad-policy")
    return policy


def _misfits(policy: Policy, text: str) -> Iterable[str]:
    """What has the right form and still cannot work with the kinds that screening knows."""
    for kind, rule in policy.kinds.items():
        known = KINDS.get(kind) or KINDS.get(kind.partition(".")[0])
        place = f"line {_line(text, ['kinds', kind])}: kinds.{kind}: "
        if known is None:
            yield f"{place}there is no such kind of finding"
        elif known.content and Action.REDACT in (rule.action, rule.softer):
            yield f"{place}is judged by reading it, so it cannot be redacted: allow, hold or refuse"


def _reasons(error: ValidationError, text: str) -> Iterable[str]:
    for found in error.errors(include_input=False, include_context=False, include_url=False)[:8]:
        place = [str(part) for part in found["loc"] if part != "[key]"]
        yield f"line {_line(text, place)}: {'.'.join(place) or 'the policy'}: {found['msg']}"


def _line(text: str, place: list[str]) -> int:
    """The line that names as much of `place` as any does; 1 when none names any of it."""
    table: list[str] = []
    best, deepest = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        named = _HEADER.match(line) or _KEY.match(line)
        if named is None:
            continue
        parts = [part.strip("\"'") for part in _PART.findall(named["path"])]
        if line.lstrip().startswith("["):
            table = parts
        path = table if line.lstrip().startswith("[") else table + parts
        depth = next(
            (i for i, (a, b) in enumerate(zip(path, place, strict=False)) if a != b), min(len(path), len(place))
        )
        if depth > deepest:
            best, deepest = number, depth
    return best
