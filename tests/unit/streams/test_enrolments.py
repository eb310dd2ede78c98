"""Who may write with what, folded from records in any order."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from schemas.enrolment import ENROLMENTS_OF, Invitation, Passkey, Person, Pin, PublicKey, Tablet
from schemas.envelope import Envelope, Role
from schemas.errors import Refused
from schemas.topics import ENROLMENTS, TOPICS, decode_enrolment
from streams.enrolments import Enrolments, code_sha256, names_event
from tests.examples import DIRECTOR, NOW

CODE = "MFRGGZDFMZTWQ2LKNNWG23TPOA"
INVITED, FIRST, SECOND, NOOR = (UUID(int=n) for n in range(1, 5))
KEY = PublicKey(x="f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y="x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
HEAD: dict[str, Any] = {"live_event_id": ENROLMENTS_OF, "at": NOW, "actor": DIRECTOR}


def invitation(**changes: Any) -> Invitation:
    fields = {"id": INVITED, "code_sha256": code_sha256(CODE), "expires_at": NOW + timedelta(minutes=5)}
    return Invitation(**HEAD, **(fields | changes))


def tablet(tablet_id: UUID = FIRST, at: datetime = NOW, **changes: Any) -> Tablet:
    fields = {"name": "OR 3", "public_key": KEY, "invitation_id": INVITED, "enrolled_at": at, "state": "enrolled"}
    return Tablet(**HEAD, id=tablet_id, **(fields | changes))


def person(name: str = "Noor", **changes: Any) -> Person:
    pin = Pin(salt="0" * 32, hash="f" * 64, log2_n=14)
    return Person(**HEAD, **({"id": NOOR, "name": name, "initials": "N", "pin": pin} | changes))


def passkey(passkey_id: UUID = FIRST, at: datetime = NOW, **changes: Any) -> Passkey:
    fields = {"person_id": NOOR, "invitation_id": INVITED, "credential_id": "AQID", "public_key": "pQ", "sign_count": 0}
    return Passkey(**HEAD, id=passkey_id, enrolled_at=at, **(fields | changes))


def folded(*records: Envelope) -> Enrolments:
    """As the view does: from bytes."""
    found = Enrolments()
    for record in records:
        found.apply(decode_enrolment(record.encode()))
    return found


def test_a_code_stands_for_five_minutes_until_it_is_used_or_revoked() -> None:
    open_ = folded(invitation())
    assert open_.usable(CODE.lower(), NOW) == invitation()
    assert open_.usable("other", NOW) is None
    assert open_.usable("", NOW) is None
    assert open_.usable(CODE, NOW + timedelta(minutes=5)) is None
    for ended in (invitation(revoked=True), invitation(used_by=FIRST), tablet()):
        for order in permutations((invitation(), ended)):
            assert folded(*order).usable(CODE, NOW) is None


def test_a_tablet_that_was_revoked_stays_so_in_any_order() -> None:
    revoked = tablet(state="revoked", revoked_at=NOW, revoked_by="Dr. Ito")
    for order in permutations((invitation(), tablet(), revoked, tablet())):
        found = folded(*order).tablet(FIRST)
        assert found is not None
        assert (found.state, found.revoked_by) == ("revoked", "Dr. Ito")


def test_of_two_tablets_on_one_code_the_first_holds_it_in_any_order() -> None:
    late = tablet(SECOND, NOW + timedelta(seconds=1), name="OR 4")
    for order in permutations((invitation(), tablet(), late, late)):
        found = folded(*order)
        first, second = found.tablet(FIRST), found.tablet(SECOND)
        assert first is not None
        assert second is not None
        assert (first.state, second.state) == ("enrolled", "revoked")
        assert found.tablet_of(INVITED) == first
        shown = found.invitation(INVITED)
        assert shown is not None
        assert shown.used_by == FIRST


def test_the_first_one_revoked_does_not_let_the_second_one_in() -> None:
    revoked, late = tablet(state="revoked"), tablet(SECOND, NOW + timedelta(seconds=1))
    for order in permutations((invitation(), revoked, late)):
        assert {t.state for t in folded(*order).tablets()} == {"revoked"}


def test_the_latest_word_on_a_person_stands_and_removed_ones_have_no_tile() -> None:
    found = folded(person(), person("Ada", id=FIRST), person("Noor B."), person("Ada", id=FIRST, state="removed"))
    assert [p.name for p in found.people()] == ["Noor B."]
    ada = found.person(FIRST)
    assert ada is not None
    assert ada.state == "removed"
    assert found.person(SECOND) is None


def test_people_and_tablets_stand_by_name() -> None:
    found = folded(person("noor"), person("Ben", id=FIRST), person("Ada", id=SECOND))
    assert [p.name for p in found.people()] == ["Ada", "Ben", "noor"]


def test_a_code_for_a_person_is_none_for_a_tablet_and_the_other_way_round() -> None:
    theirs = folded(invitation(person_id=NOOR))
    assert theirs.usable(CODE, NOW) is None
    assert theirs.usable(CODE, NOW, for_person=True) == invitation(person_id=NOOR)
    assert theirs.invitations_for(NOOR, NOW) == (invitation(person_id=NOOR),)
    assert folded(invitation()).usable(CODE, NOW, for_person=True) is None
    used = folded(invitation(person_id=NOOR), passkey())
    assert used.usable(CODE, NOW, for_person=True) is None
    assert used.invitations_for(NOOR, NOW) == ()
    shown = used.invitation(INVITED)
    assert shown is not None
    assert shown.used_by == FIRST


def test_a_passkey_that_was_revoked_stays_so_and_its_count_never_falls_in_any_order() -> None:
    revoked = passkey(state="revoked", revoked_at=NOW, revoked_by="Dr. Ito", sign_count=2)
    for order in permutations((passkey(sign_count=3), revoked, passkey(sign_count=1))):
        found = folded(*order).passkey(FIRST)
        assert found is not None
        assert (found.state, found.revoked_by, found.sign_count) == ("revoked", "Dr. Ito", 3)


def test_of_two_passkeys_on_one_code_the_first_holds_it_in_any_order() -> None:
    late = passkey(SECOND, NOW + timedelta(seconds=1), credential_id="BAUG")
    for order in permutations((passkey(), late, late)):
        found = folded(*order)
        assert [(k.id, k.state) for k in found.passkeys(NOOR)] == [(FIRST, "active"), (SECOND, "revoked")]


def test_a_passkey_counts_as_long_as_it_and_its_person_do() -> None:
    found = folded(person(role=Role.REVIEWER, pin=None, live_events=("knee-2026",)), passkey())
    kept = found.passkey_of("AQID")
    assert kept is not None
    owner = found.owner(kept)
    assert owner is not None
    assert (names_event(owner, "knee-2026"), names_event(owner, "hip-2026")) == (True, False)
    assert names_event(person(), "hip-2026")
    found.apply(person(state="removed"))
    assert found.owner(kept) is None
    assert found.passkey_of("BAUG") is None
    again = passkey(SECOND, NOW + timedelta(hours=1), invitation_id=UUID(int=9))
    both = folded(person(), passkey(state="revoked"), again)
    assert both.passkey_of("AQID") == again


def test_a_name_is_taken_as_long_as_its_tablet_may_write() -> None:
    found = folded(invitation(), tablet())
    assert found.is_taken("or 3")
    assert found.is_taken("\uff2f\uff32 3")
    assert not found.is_taken("OR 4")
    found.apply(tablet(state="revoked"))
    assert not found.is_taken("OR 3")


def test_old_invitations_are_forgotten_and_their_tablets_are_not() -> None:
    found = Enrolments(invitations_max=2)
    for record in (invitation(), tablet(), *(invitation(id=UUID(int=n), code_sha256="0" * 64) for n in range(9, 12))):
        found.apply(decode_enrolment(record.encode()))
    assert found.invited_by(CODE) is None
    assert found.usable(CODE, NOW) is None
    assert found.tablet(FIRST) == tablet()


def test_records_come_back_as_what_they_were_and_lie_under_their_kind_and_id() -> None:
    for record in (invitation(), tablet(), person(), passkey()):
        assert decode_enrolment(record.encode()) == record
        assert ENROLMENTS.key(record) == f"{record.kind}/{record.id}"
    with pytest.raises(Refused):
        decode_enrolment(b'{"kind":"other"}')
    assert ENROLMENTS in TOPICS


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\nb", "a\u202eb", "\u2066", "...", "a\u0000"])
def test_a_name_that_people_cannot_read_is_none(name: str) -> None:
    for make in (person, lambda n: tablet(name=n)):
        with pytest.raises(ValidationError):
            make(name)


def test_names_of_all_scripts_are_names() -> None:
    for name in ("Zoë", "Łukasz W.", "王", "أمل", "O'Neill-3"):
        assert person(name).name == name
    assert person("  Zoe\u0308 ").name == "Zoë"


def test_a_private_part_is_not_kept_even_where_a_record_holds_one() -> None:
    raw = tablet().encode().replace(b'"kty":"EC"', b'"kty":"EC","d":"secret"')
    assert b"secret" not in decode_enrolment(raw).encode()
