"""What the desk answers when an event opens: the event, its accounts' answers, its cost. Pure: values in, JSON out."""

from datetime import datetime
from typing import Any

from producers.desk.opening import Opened
from streams import accounts, cost
from streams.accounts import AccountCheck
from streams.cost import CostLine

Json = dict[str, Any]


def more(opened: Opened) -> Json:
    """The fields beside those of the event itself. `accounts` is a word where nobody was asked."""
    checked = opened.accounts
    return {
        "accounts": checked if isinstance(checked, str) else [account(one) for one in checked],
        "cost": [line(one) for one in opened.cost],
        "warnings": list(opened.warnings),
        "unready": list(opened.unready),
    }


def account(one: AccountCheck) -> Json:
    return {
        "destination": one.destination,
        "name": one.name,
        "ok": one.ok,
        "gap": one.gap,
        "left": one.left,
        "resets_at": _iso(one.resets_at),
        "price_usd": one.price / 1000,
        "said": accounts.said(one),
    }


def line(one: CostLine) -> Json:
    return {
        "destination": one.destination,
        "posts": one.posts,
        "each_usd": one.mills_each / 1000,
        "usd": one.mills / 1000,
        "notes": list(one.notes),
        "said": cost.said(one),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
