"""A process that archives updates until somebody kills it: after each batch that is durable it says how many there are.

`python -m tests.contract.archive_writer FOLDER FIRST`: run by test_archive_killed.py.
"""

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from consumers.archive.disk import RealDisk
from consumers.archive.store import Store
from tests.unit.archive import records
from tests.unit.archive.records import START, message, posted

KEY = bytes(range(32))
ORIGIN = "stanna.example/archive"
UPDATES = 5  # in a batch
SIGNED_EVERY = 3  # batches


def main() -> None:
    store = Store(RealDisk(Path(sys.argv[1])), KEY, origin=ORIGIN, policy_document=records.policy_document)
    for batch in count(int(sys.argv[2])):
        now = START + timedelta(seconds=4 * batch)
        pairs = [pair for n in range(batch * UPDATES, (batch + 1) * UPDATES) for pair in posted(n)]
        store.append([message(topic, record, i) for i, (topic, record) in enumerate(pairs, batch * 1000)], now)
        if batch % SIGNED_EVERY == 0:
            store.tick(now + timedelta(seconds=11))
        print(batch, flush=True)


if __name__ == "__main__":
    main()
