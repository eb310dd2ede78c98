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

SHIPPED = ("strict", "hipaa", "gdpr", "conference")
# Who may say more: a physician's word covers what a reviewer may approve, a director's both.
_RANK = {Role.REPORTER: 0, Role.REVIEWER: 1, Role.PHYSICIAN: 2, Role.DIRECTOR: 3}
_WEIGHT = {Action.ALLOW: 0, Action.REDACT: 1, Action.HOLD: 2, Action.REFUSE: 3}
_BY_WEIGHT = (Disposition.CLEAR, Disposition.REDACTED, Disposition.HOLD, Disposition.REFUSE)


class Disposed(NamedTuple):
    """`reasons` are the kinds that made it wait or be refused, most urgent first; empty when nothing did."""

    disposition: Disposition
    needs: Role | None
    reasons: tuple[str, ...]


def dispose(findings: Iterable[Finding], policy: Policy) -> Disposed:
    """From the findings' kinds alone, so that the archive can ask what another policy would have decided."""
    rules = {kind: policy.rule(kind) for kind in sorted({f.kind for f in findings})}
    weight = max((_WEIGHT[rule.action] for rule in rules.values()), default=0)
    waiting = {kind: rule for kind, rule in rules.items() if _WEIGHT[rule.action] >= _WEIGHT[Action.HOLD]}
    urgent = sorted(waiting, key=lambda k: (-_WEIGHT[waiting[k].action], -_rank(waiting[k].needs), k))
    needs = max((rule.needs for rule in waiting.values()), key=_rank, default=None)
    disposition = _BY_WEIGHT[weight]
    return Disposed(disposition, needs if disposition is Disposition.HOLD else None, tuple(urgent))


def about_all(kind: str, rule: str, policy: Policy) -> Finding:
    """A finding about the whole text, or about one that nobody could read: it has no span."""
    return Finding(start=0, end=0, kind=kind, rule=rule, action=policy.rule(kind).action)


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
        return Policy.model_validate(found)
    except ValidationError as error:
        raise Refused(f"{where}: {'; '.join(_reasons(error, text))}", code="bad-policy") from None


def _reasons(error: ValidationError, text: str) -> Iterable[str]:
    for found in error.errors(include_input=False, include_context=False, include_url=False)[:8]:
        place = [str(part) for part in found["loc"] if part != "[key]"]
        yield f"line {_line(text, place)}: {'.'.join(place) or 'the policy'}: {found['msg']}"


def _line(text: str, place: list[str]) -> int:
    """The line that names the innermost key of `place` that the file has; 1 when it has none of them."""
    lines = text.splitlines()
    for key in reversed(place):
        naming = re.compile(rf"(?:^|[\s.\[\"'{{,]){re.escape(key)}[\"']?\s*(?:=|\]|\.)")
        for number, line in enumerate(lines, 1):
            if naming.search(line.partition("#")[0]):
                return number
    return 1
