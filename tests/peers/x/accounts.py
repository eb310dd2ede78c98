"""The accounts of the peer and the keys that open them; all invented, the same at each start."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """One account, and the app that all accounts share. Without arguments it is the first: `account(0)`."""

    user_id: str = "4711"
    username: str = "OurHospital"
    name: str = "Our Hospital"
    consumer_key: str = "consumer-key"
    consumer_secret: str = "consumer-secret"
    client_id: str = "client-id"  # a confidential client of OAuth 2.0
    client_secret: str = "client-secret"
    public_client_id: str = "public-client-id"  # a client that has no secret
    app_token: str = "app-only-token"
    access_token: str = "4711-access-token"
    access_secret: str = "access-secret"
    user_token: str = "oauth2-user-token"  # one that never expires


def account(number: int) -> Account:
    """The first is `OurHospital`, the second `OurHospital2`, and so on."""
    if number == 0:
        return Account()
    user_id = str(4711 + number)
    return Account(
        user_id=user_id,
        username=f"OurHospital{number + 1}",
        name=f"Our Hospital {number + 1}",
        access_token=f"{user_id}-access-token",
        access_secret=f"access-secret-{number + 1}",
        user_token=f"oauth2-user-token-{number + 1}",
    )
