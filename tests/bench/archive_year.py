"""Judges every log of a folder, in a process of its own, and says how long it took and how much memory it held.

Run by `python -m tests.bench archive`; started before anything else is imported, so that only judging counts.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    from consumers.archive.audit import judge_all

    cores = len(os.sched_getaffinity(0))
    began = time.perf_counter()
    found = list(judge_all(Path(sys.argv[1]), cores=cores))
    took_s = time.perf_counter() - began
    own, other = (resource.getrusage(who).ru_maxrss / 1e3 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    verdicts = [verdict for _, verdict in found]
    print(
        json.dumps(
            {
                "bad": sum(not verdict.ok for verdict in verdicts),
                "entries": sum(verdict.size for verdict in verdicts),
                "proofs": sum(verdict.proofs for verdict in verdicts),
                "took_s": took_s,
                "mb": own + cores * other,  # the largest of the others, as often as there are some
            }
        )
    )


if __name__ == "__main__":
    main()
