"""As which site passkeys know the desk: a name over TLS, or this very machine; nothing else starts."""

import pytest
from pydantic import ValidationError

from deploy.settings import Desk


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"origin": "https://desk.example.org"},
        {"origin": "https://desk.example.org:8481", "rp_id": "example.org"},
        {"origin": "http://localhost:8481"},
        {"rp_id": "example.org"},
    ],
)
def test_names_over_tls_and_this_machine_will_do(given: dict[str, str]) -> None:
    assert Desk(**given).passkeys_only is False


@pytest.mark.parametrize(
    "given",
    [
        {"origin": "http://desk.example.org"},
        {"origin": "https://desk.example.org/desk"},
        {"origin": "desk.example.org"},
        {"origin": "https://192.168.1.5:8481"},
        {"origin": "https://[::1]:8481"},
        {"rp_id": "192.168.1.5"},
        {"origin": "https://desk.example.org", "rp_id": "example.com"},
        {"origin": "https://desk.example.org", "rp_id": "ample.org"},
    ],
)
def test_addresses_plain_http_and_foreign_names_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Desk(**given)
