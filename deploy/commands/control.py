"""`scrubcast control ID KIND`: stop, hold, a complication, a signature …, acknowledged once it is durable."""

import argparse
from typing import Any

from deploy.cli import with_data
from deploy.remote import Remote
from schemas.control import PACE_PERCENT_MAX
from schemas.envelope import Role

AS = {
    "stop": Role.DIRECTOR,
    "hold": Role.DIRECTOR,
    "resume": Role.DIRECTOR,
    "withdraw": Role.ADVOCATE,
    "release": Role.DIRECTOR,
    "complication": Role.DIRECTOR,
    "complication-over": Role.DIRECTOR,
    "told": Role.DIRECTOR,
    "sign-run-sheet": Role.PHYSICIAN,
}
# Whose word may be given in place of the one above: `up` keeps a key for each.
OTHERS = {
    "resume": (Role.PHYSICIAN, Role.DIRECTOR),
    "complication": (Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE),
    "complication-over": (Role.PHYSICIAN, Role.DIRECTOR),
}
DOES = {"hold": "the event is held", "stop": "the event is stopped", "text-only": "a physician reads every word now"}
PACE_MAX = PACE_PERCENT_MAX / 100


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the live event")
    parser.add_argument(
        "kind",
        choices=sorted(AS),
        help="stop: nothing more goes out, approvals end; hold: pause; resume: ends both, a stop only with the word of "
        "two persons; withdraw: consent is withdrawn for ever, posts are deleted, keys destroyed; release: what was "
        "kept of an as-live event goes out; complication: does what the plan chose (hold, stop, or text alone with a "
        "physician reading every word); complication-over: ends it; told: the family knows of --phase; sign-run-sheet: "
        "a physician signs the run sheet as it is in the plan",
    )
    parser.add_argument(
        "--as",
        dest="role",
        choices=(Role.PHYSICIAN.value, Role.DIRECTOR.value, Role.ADVOCATE.value),
        help="resume, complication, complication-over: whose word this is (default: director)",
    )
    parser.add_argument("--phase", metavar="NAME", help="told: the phase of which the family knows")
    parser.add_argument(
        "--pace",
        type=_pace,
        metavar="FACTOR",
        help="release: of the original pauses; 0.5 is twice as fast, 0 at once (default: 1)",
    )
    with_data(parser)
    parser.set_defaults(parser=parser)


def _pace(given: str) -> float:
    factor = float(given)
    if not 0 <= factor <= PACE_MAX:
        raise argparse.ArgumentTypeError(f"a factor from 0 to {PACE_MAX:g}")
    return factor


def run(arguments: argparse.Namespace) -> int:
    if arguments.role and arguments.role not in OTHERS.get(arguments.kind, ()):
        arguments.parser.error(_whose(arguments.kind))
    if (arguments.phase is not None) != (arguments.kind == "told"):
        arguments.parser.error("--phase goes with told, and told with --phase")
    if arguments.pace is not None and arguments.kind != "release":
        arguments.parser.error("--pace goes with release alone")
    body: dict[str, Any] = {"kind": arguments.kind}
    if arguments.pace is not None:
        body["pace_percent"] = round(arguments.pace * 100)
    if arguments.phase is not None:
        body["phase"] = arguments.phase
    role = Role(arguments.role) if arguments.role else AS[arguments.kind]
    answer = Remote.find(arguments.data).desk("POST", f"/live-events/{arguments.id}/controls", role=role, body=body)
    print(f"{arguments.kind} {arguments.id} {answer['at']} {answer['id']}")
    if arguments.kind == "resume":
        print(_agreed(arguments.id, role, answer))
    if arguments.kind == "withdraw":
        print(_keys(answer))
    if answer.get("mode"):
        print(DOES.get(answer["mode"], answer["mode"]))
    return 0


def _whose(kind: str) -> str:
    if kind not in OTHERS:
        return f"--as goes with {', '.join(OTHERS)} alone"
    return f"{kind}: --as is {' or '.join(OTHERS[kind])}"


def _keys(answer: dict[str, Any]) -> str:
    held = ", ".join(answer.get("held_by", ()))
    if answer.get("keys") == "kept":
        return f"a legal hold ({held}) keeps the keys: they are destroyed when it ends"
    despite = f", although a legal hold ({held}) lies on the event" if held else ""
    return f"the keys are destroyed{despite}: what was typed can never be read again"


def _agreed(live_event_id: str, role: Role, answer: dict[str, Any]) -> str:
    if not answer.get("needs_second"):
        return f"{role} agreed; posting goes on"
    other = Role.PHYSICIAN if role is Role.DIRECTOR else Role.DIRECTOR
    before = f" before {answer['agree_before']}" if answer.get("agree_before") else ""
    return (
        f"{role} agreed; a second person has to agree{before}: "
        f"scrubcast control {live_event_id} resume --as {other.value}"
    )
