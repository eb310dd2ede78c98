"""`scrubcast audit ACT`: on the archive's folder or a bundle, with no running system. Each act is one module."""

import argparse

from deploy.commands.audit import export, import_, opens, replay, report, search, seen, verify

# act → module with LINE, add(parser) and run(arguments)
ACTS = {
    "verify": verify,
    "replay": replay,
    "export": export,
    "report": report,
    "search": search,
    "import": import_,
    "opens": opens,
    "seen": seen,
}


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="|".join(ACTS), required=True)
    for name, module in ACTS.items():
        line = module.LINE
        module.add(acts.add_parser(name, help=line, description=line[0].upper() + line[1:] + "."))


def run(arguments: argparse.Namespace) -> int:
    return int(ACTS[arguments.act].run(arguments))
