"""`scrubcast policy show|diff|test`: what a policy decides, how two differ, and how one does on labelled updates."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from deploy.policy_files import named, policies
from deploy.settings import Settings, load
from schemas.policy import Bands, KindRule, Policy
from streams.policies import Policies
from streams.scrub.kind_words import what
from streams.scrub.kinds import KINDS
from streams.scrub.scoring import Rate, Score, as_json, score

_WHICH = "a shipped policy, one of the folder SCRUBCAST_POLICIES, or a TOML file"


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="show|diff|test", required=True)
    sub = acts.add_parser("show", help="what a policy decides, kind by kind")
    sub.add_argument("policy", metavar="NAME|FILE", help=_WHICH)
    sub.add_argument("--json", action="store_true", help="the bytes that the hash is of")
    sub = acts.add_parser("diff", help="how two policies differ; exit code 0 when they decide the same, 1 when not")
    sub.add_argument("policy", metavar="A", help=_WHICH)
    sub.add_argument("other", metavar="B", help="the same")
    sub = acts.add_parser("test", help="score a file of labelled updates under a policy")
    sub.add_argument("file", type=Path, metavar="FILE", help="JSON lines with text, lang, spans, allow, protected")
    sub.add_argument("--policy", default="strict", metavar="NAME|FILE", help=f"{_WHICH}; default: strict")
    sub.add_argument("--json", action="store_true", help="all figures, for programs")


def run(arguments: argparse.Namespace) -> int:
    settings = load()
    known = policies(settings)
    policy = named(arguments.policy, known)
    if arguments.act == "show":
        print(policy.canonical.decode() if arguments.json else "\n".join(_shown(policy)))
        return 0
    if arguments.act == "diff":
        return _diff(policy, arguments.other, known)
    return _test(policy, arguments.file, settings, as_programs=arguments.json)


def _shown(policy: Policy) -> Iterator[str]:
    yield f"{policy.name} {policy.version}  sha256 {policy.sha256}"
    if policy.title:
        yield policy.title
    yield from (f"{name}: {value}" for name, value in _settings(policy).items())
    yield ""
    kinds = [*(kind for kind in KINDS if kind in policy.kinds), *(k for k in sorted(policy.kinds) if k not in KINDS)]
    rows = [(kind, what(kind, "en"), _said(policy.kinds[kind]), _law(kind)) for kind in kinds]
    rows.append(("any other", "", _said(policy.otherwise), ""))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        yield "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])).rstrip()


def _settings(policy: Policy) -> dict[str, str]:
    """What a policy says besides its kinds, each in a few words."""
    review = policy.review.read if policy.review else "flagged"
    return {
        "languages": ", ".join(policy.languages) if policy.languages else "any",
        "thread": f"{policy.lookback} earlier updates are read with each one",
        "delay": f"{policy.delay_s} s at least" if policy.delay_s else "as the live event has it",
        "review": "a person reads everything" if review == "all" else "a person reads what is held",
        "four eyes": "nobody approves own words",
        "bands": _bands(policy.bands) if policy.bands else "every finding counts",
    }


def _said(rule: KindRule) -> str:
    text = f"{rule.action}, {rule.needs}" if rule.action == "hold" else str(rule.action)
    if rule.bands:
        text += f"; {_bands(rule.bands)}"
    return f"{text}; between: {rule.softer}" if rule.softer else text


def _bands(bands: Bands) -> str:
    return f"clear below {bands.clear:g}, whole from {bands.hold:g}"


def _law(kind: str) -> str:
    return KINDS[kind].law if kind in KINDS else ""


def _diff(one: Policy, other_name: str, known: Policies) -> int:
    other = named(other_name, known)
    changes = list(_changes(one, other))
    print(f"{one.name} {one.version} {one.sha256[:12]} → {other.name} {other.version} {other.sha256[:12]}")
    for change in changes:
        print(change)
    if not changes:
        print("They decide the same.")
    return 1 if changes else 0


def _changes(one: Policy, other: Policy) -> Iterator[str]:
    before, after = _settings(one), _settings(other)
    for name in before:
        if before[name] != after[name]:
            yield f"{name}: {before[name]} → {after[name]}"
    if one.otherwise != other.otherwise:
        yield f"any other kind: {_said(one.otherwise)} → {_said(other.otherwise)}"
    for kind in dict.fromkeys((*KINDS, *sorted(one.kinds), *sorted(other.kinds))):
        if one.rule(kind) != other.rule(kind):
            yield f"{kind} ({what(kind, 'en')}): {_said(one.rule(kind))} → {_said(other.rule(kind))}"


def _test(policy: Policy, file: Path, settings: Settings, *, as_programs: bool) -> int:
    from deploy.labelled import screened  # noqa: PLC0415  # `show` and `diff` need no detectors
    from deploy.second_opinions import detectors  # noqa: PLC0415  # as above

    scores = score(screened(file, policy, detectors(settings.scrub)))
    if as_programs:
        print(json.dumps({"policy": f"{policy.name}:{policy.sha256}", "groups": as_json(scores)}))
    else:
        print("\n".join(_table(policy, scores)))
    return 0


def _table(policy: Policy, scores: dict[str, Score]) -> Iterator[str]:
    yield f"{scores['all'].updates} updates under {policy.name} {policy.version} {policy.sha256[:12]}; 95 % intervals"
    for group, found in scores.items():
        yield f"\n{group}: {found.updates} updates"
        yield f"  {'direct leaked, held is safe':32}{_rate(found.direct.held_safe)}"
        yield f"  {'direct leaked, redaction alone':32}{_rate(found.direct.redaction_alone)}"
        yield f"  {'quasi leaked, held is safe':32}{_rate(found.quasi.held_safe)}"
        yield f"  {'quasi leaked, redaction alone':32}{_rate(found.quasi.redaction_alone)}"
        yield f"  {'quasi held for a person':32}{_rate(found.quasi_held)}"
        yield f"  {'harmless held or changed':32}{_rate(found.false_holds)}"
        if found.content_held.of:
            yield f"  {'held for what they say':32}{_rate(found.content_held)}"
        over = found.over_redaction
        yield f"  {'covered beyond the labels':32}{100 * over.share:5.2f} % of {over.of} characters"
    yield "\nby label: direct leak, held is safe; redaction alone"
    for label, leaks in sorted(scores["all"].labels.items()):
        yield f"  {label:14}{_rate(leaks.held_safe):34}{_rate(leaks.redaction_alone)}"


def _rate(rate: Rate) -> str:
    if not rate.of:
        return "none there"
    low, high = (100 * abs(bound) for bound in rate.interval)  # abs: no -0.0
    return f"{100 * rate.share:5.1f} % [{low:.1f}–{high:.1f}] {rate.count}/{rate.of}"
