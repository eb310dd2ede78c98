"""The `scrubcast` command: which subcommand does what, and how errors become one line and an exit code.

Exit codes: 0 ok, 1 a check failed or something was refused, 2 bad use, 3 a stage stopped and needs a person.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from schemas.errors import ScrubcastError

# command → (module with add(parser) and run(arguments), one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("up", "the whole system on this machine, with an embedded Kafka unless one is configured"),
    "intake": ("stages", "one stage: takes sealed updates from tablets and programs"),
    "scrub": ("stages", "one stage: opens, screens and drafts"),
    "desk": ("stages", "one stage: where people read, approve, return and stop"),
    "poster": ("stages", "one stage: posts each release once, in order"),
    "page": ("stages", "one stage: the public thread"),
    "archive": ("stages", "one stage: the tamper-evident log"),
    "trust": ("stages", "one page in plain HTTP: how tablets come to trust the certificate of `up --lan`"),
    "live-event": ("live_event", "check, open, close or list live events"),
    "submit": ("submit", "send updates through the same sealed intake as a tablet"),
    "screen": ("screen", "screen texts offline, without Kafka or network"),
    "policy": ("policy", "what a policy decides, how two differ, how one does on labelled updates"),
    "account": ("account", "ask the accounts to post on who they are, or log in to one"),
    "control": ("control", "stop, hold, resume, withdraw, or release what was kept"),
    "settle": ("settle", "say what became of a post that nobody here can find out about"),
    "retract": ("retract", "take one update back wherever it was posted"),
    "thread": ("thread", "what is public"),
    "status": ("status", "counts, what waits, what is unknown"),
    "audit": ("audit", "verify, replay, export or report a live event's archive"),
    "retention": ("retention", "what is kept until when and why; run what is due, place or end a legal hold"),
    "erase": ("erase", "destroy an event's keys, one person's terms or a colleague's sign-in, for good"),
    "rehearse": ("rehearse", "play a recorded stream into a system, as reporters would"),
    "config": ("config", "what is in force, secrets masked"),
    "topics": ("topics", "check or create the topics"),
}


# Printers of coloured tracebacks, which structlog and httpx load wherever another tool has installed them: 5 MB and
# 50 ms for each process, for what none of ours prints.
UNUSED = ("rich", "pygments")


def main(arguments: Sequence[str] | None = None) -> int:
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # so Python marks a module that is not to be had
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given[0] if given else None)
    parsed = parser.parse_args(given)
    try:
        return int(_module(parsed.command).run(parsed))
    except ScrubcastError as error:
        print(f"scrubcast: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough (`scrubcast thread … | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _module(command: str) -> "importlib.types.ModuleType":  # type: ignore[name-defined]  # a module with add() and run()
    return importlib.import_module(f"deploy.commands.{COMMANDS[command][0]}")


def _parser(command: str | None) -> argparse.ArgumentParser:
    """Only the module of the command at hand is loaded: `--help` of one does not import all vendors."""
    parser = argparse.ArgumentParser(
        prog="scrubcast", description="Live updates: scrubbed, approved, posted once, proved."
    )
    parser.add_argument("--version", action="version", version=f"scrubcast {_version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, line) in COMMANDS.items():
        sub = commands.add_parser(name, help=line, description=line[0].upper() + line[1:] + ".")
        if name == command:
            _module(name).add(sub)
    return parser


def with_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=None, help="the installation's data folder (default: the user's)")


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  # not needed by any other command

    return version("scrubcast")


if __name__ == "__main__":
    sys.exit(main())
