"""What must hold at a seed's end: each update exactly once; on an enrolled tablet signed, under a number of its own."""

import base64
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from schemas.enrolment import Tablet
from schemas.submission import Submission
from schemas.topics import ENROLMENTS
from tests.e2e.outbox_battery.world import UPDATES, World


class Broke(AssertionError):
    """What must hold did not."""


def once(world: World, pressed: Iterable[str], shown_received: Iterable[str]) -> None:
    """Each text whose Send was pressed, each id that was ever shown as received, and each id at all. Raises Broke."""
    ids, texts = world.ids(), world.texts()
    twice = [found for found, count in ids.items() if count != 1]
    if twice:
        raise Broke(f"in submissions more than once: {twice}")
    received_by_nobody(world, shown_received)
    wrong = {mark: n for mark in pressed if (n := sum(mark in text for text in texts)) != 1}
    if wrong:
        raise Broke(f"in submissions not once: {wrong}; {texts}")


def received_by_nobody(world: World, shown_received: Iterable[str]) -> None:
    ids = world.ids()
    unknown = [found for found in shown_received if ids[found] == 0]
    if unknown:
        raise Broke(f"shown as received and not in submissions: {unknown}")


def signed(world: World, *, in_order: bool) -> None:
    """Each by the one enrolled tablet, for the PIN's person; numbers distinct, from one tab in the order of Send."""
    tablet, records = the_tablet(world), world.door.submissions()
    for record in records:
        if record.signed is None or record.signed.tablet_id != tablet.id:
            raise Broke(f"{record.update_id} bears no signature of the tablet")
        if (record.actor.name, record.actor.device) != ("Noor", str(tablet.id)) or record.held_back is not None:
            raise Broke(f"{record.update_id} went under {record.actor.name} from {record.actor.device}")
        if not holds(record, tablet):
            raise Broke(f"the signature of {record.update_id} does not hold")
    counters = [record.signed.counter for record in records if record.signed is not None]
    if len(set(counters)) != len(counters):
        raise Broke(f"two updates bear the same number: {counters}")
    if in_order and counters != sorted(counters):
        raise Broke(f"received in another order than sealed: {counters}")


async def never_refused(world: World) -> None:
    """No answer ever was a conflict or a signature that does not hold: not even one the page would mend by itself."""
    refused = [(r["path"], r["status"]) for r in await world.proxy.log() if r["status"] in {403, 409, 422}]
    if refused:
        raise Broke(f"refused: {refused}")


def the_tablet(world: World) -> Tablet:
    found = [m.value or b"" for m in world.bus.everything(ENROLMENTS.name)]
    (tablet,) = {t.id: t for t in (Tablet.decode(raw) for raw in found if b'"kind":"tablet"' in raw)}.values()
    return tablet


def holds(record: Submission, tablet: Tablet) -> bool:
    """Checked from the record alone, by other code than the intake's."""
    assert record.signed is not None
    made = record.signed
    message = "\n".join(
        ("scrubcast/tablet/v1", "POST", UPDATES, made.time, str(made.counter), str(record.update_id), made.body_sha256)
    )
    raw = base64.urlsafe_b64decode(made.signature + "==")
    x, y = (int.from_bytes(base64.urlsafe_b64decode(part + "=")) for part in (tablet.public_key.x, tablet.public_key.y))
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    try:
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        key.verify(encode_dss_signature(r, s), message.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
