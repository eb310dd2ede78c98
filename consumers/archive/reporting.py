"""Reads from a log what is told of it: its story, its policies, and the facts of the report."""

from importlib.resources import files as resources

from consumers.archive.facts import Facts, facts
from consumers.archive.merkle import leaf_hash
from consumers.archive.replay import Dispose, Replay, rederive, replay, unknown_policies
from consumers.archive.report import report, stylesheet
from consumers.archive.verdict import Reader, Verdict
from consumers.archive.verify import entries
from schemas.errors import Refused
from schemas.policy import Policy

_MALFORMED = (KeyError, TypeError, AttributeError, ValueError, IndexError)


def read_replay(reader: Reader, verdict: Verdict) -> Replay:
    """The story of a log that verify() has judged."""
    return replay(entries(reader, verdict.size), lambda sha256: reader.read(f"records/{sha256}.json"))


def read_policies(reader: Reader) -> dict[str, Policy]:
    """The policies beside a log, by hash."""
    found = {name[9:-5]: reader.read(name) for name in reader.names() if name.startswith("policies/")}
    return {sha256: Policy.model_validate_json(data) for sha256, data in found.items() if data}


def html(facts: Facts, *, sheet: str = "") -> str:
    """The page with the style sheet in itself, or with a link to one: report.stylesheet()."""
    return report(facts, _css(), sheet=sheet)


def sheet() -> str:
    """What the link of a page leads to."""
    return stylesheet(_css())


def _css() -> str:
    return resources("consumers.archive.bundle").joinpath("report.css").read_text(encoding="utf-8")


def facts_of(reader: Reader, verdict: Verdict, dispose: Dispose) -> Facts:
    """The facts over a log that verify() has judged; of a bad one only that it is bad.

    Raises Refused for a log whose entries are whole but are none of ours: a bundle of elsewhere may hold anything.
    """
    if not verdict.ok:
        return facts(Replay((), (), ()), verdict)
    try:
        return _facts(reader, verdict, dispose)
    except _MALFORMED as error:
        raise Refused(f"an entry has not the fields of its type ({type(error).__name__})", code="not-ours") from error


def _facts(reader: Reader, verdict: Verdict, dispose: Dispose) -> Facts:
    told, policies = read_replay(reader, verdict), read_policies(reader)
    posted = {s.seq for story in told.stories for s in story.steps if s.what == "posted"}
    leaves = {seq: leaf_hash(entry) for seq, entry in enumerate(entries(reader, verdict.size)) if seq in posted}
    return facts(
        told,
        verdict,
        differences=rederive(told, policies, dispose),
        missing=unknown_policies(told, policies),
        leaves=leaves,
    )
