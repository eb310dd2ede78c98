"""What a tablet's signature covers, and which keys are taken, against vectors that another program made."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from producers.intake.signing import Signature, check, message, public_key_of, signature_in
from schemas.enrolment import PublicKey
from schemas.errors import Refused
from tests.tablet_hand import Hand, b64

HAND = Hand(tablet_id="01930000-0000-4000-8000-000000000001")
KEY = PublicKey.model_validate(HAND.jwk)
BODY = b'{"update_id":"u","sealed":"s"}'


def made(body: bytes = BODY) -> Signature:
    headers = HAND.headers("POST", "/p", body, "u")
    found = signature_in({name.lower(): value for name, value in headers.items()})
    assert found is not None
    return found


def test_the_bytes_under_a_signature_are_these() -> None:
    signature = Signature(made().tablet_id, "2026-12-01T09:00:00.000Z", 7, "A" * 86)
    assert message("POST", "/api/v1/x?y=1", signature, "u", b"") == (
        b"scrubcast/tablet/v1\nPOST\n/api/v1/x?y=1\n2026-12-01T09:00:00.000Z\n7\nu\n"
        b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_a_signature_holds_for_its_own_request_alone() -> None:
    signature = made()
    check(KEY, signature, message("POST", "/p", signature, "u", BODY))
    for method, path, update_id, body in (
        ("PUT", "/p", "u", BODY),
        ("POST", "/P", "u", BODY),
        ("POST", "/p", "", BODY),
        ("POST", "/p", "u", BODY + b" "),
    ):
        with pytest.raises(Refused) as refused:
            check(KEY, signature, message(method, path, signature, update_id, body))
        assert (refused.value.code, refused.value.status) == ("bad-signature", 403)


def test_another_tablets_key_does_not_open_it() -> None:
    signature = made()
    with pytest.raises(Refused):
        check(PublicKey.model_validate(Hand().jwk), signature, message("POST", "/p", signature, "u", BODY))


@given(st.binary(min_size=64, max_size=64))
def test_no_other_64_bytes_are_a_signature(raw: bytes) -> None:
    signature = Signature(made().tablet_id, "2026-12-01T09:00:00Z", 1, b64(raw))
    with pytest.raises(Refused):
        check(KEY, signature, message("POST", "/p", signature, "u", BODY))


@given(st.text(), st.text(), st.text(), st.text())
def test_headers_of_no_signature_are_refused_whatever_they_hold(
    device: str, time: str, counter: str, value: str
) -> None:
    headers = {"device": device, "time": time, "counter": counter, "signature": value}
    with pytest.raises(Refused) as refused:
        signature_in({f"scrubcast-{name}": v for name, v in headers.items()})
    assert refused.value.code == "bad-signature"


def test_a_request_without_a_signature_has_none() -> None:
    assert signature_in({"scrubcast-device": "x"}) is None


@given(st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "d"]), st.one_of(st.text(), st.integers(), st.none())))
def test_what_is_no_key_is_refused_whatever_it_is(jwk: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        public_key_of({"kty": "EC", "crv": "P-256"} | jwk)
    assert refused.value.code in {"bad-key", "private-key"}


def test_a_point_at_the_end_of_the_field_and_one_off_the_curve_are_none() -> None:
    jwk = HAND.jwk
    y = int.from_bytes(_raw(jwk["y"]))
    for wrong in ({"y": b64((y ^ 1).to_bytes(32))}, {"x": b64(b"\0" * 32), "y": b64(b"\0" * 32)}):
        with pytest.raises(Refused, match="no point of P-256"):
            public_key_of(jwk | wrong)


def test_of_a_key_only_the_four_public_members_are_kept() -> None:
    found = public_key_of(HAND.jwk | {"alg": "ES256", "kid": "mine", "ext": True, "key_ops": ["verify"]})
    assert found.model_dump() == HAND.jwk


def test_our_own_vector_of_another_program_verifies() -> None:
    """P-256 with SHA-256, key and message of RFC 6979 section A.2.5 ("sample")."""
    key = PublicKey(
        x=b64(bytes.fromhex("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6")),
        y=b64(bytes.fromhex("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")),
    )
    signature = bytes.fromhex(
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )
    check(key, Signature(made().tablet_id, "", 0, b64(signature)), b"sample")
    with pytest.raises(Refused):
        check(key, Signature(made().tablet_id, "", 0, b64(signature)), b"sampled")


def test_the_hand_of_these_tests_signs_as_webcrypto_does() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    r, s = decode_dss_signature(private.sign(b"x", ec.ECDSA(hashes.SHA256())))
    numbers = private.public_key().public_numbers()
    key = PublicKey(x=b64(numbers.x.to_bytes(32)), y=b64(numbers.y.to_bytes(32)))
    check(key, Signature(made().tablet_id, "", 0, b64(r.to_bytes(32) + s.to_bytes(32))), b"x")


def _raw(text: str) -> bytes:
    import base64  # for this one line

    return base64.urlsafe_b64decode(text + "=")
