"""The fields of an intent for programs: names, codes and numbers."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.alerts import AlertRequest, Kind, Side
from bot.domain.intents.model import Intent

# How the spans of changes are named in a record.
_SPANS = {Kind.DAY: "day", Kind.WEEK: "week"}


def record_of(intent: Intent) -> dict[str, Decimal | str]:
    """Return the arguments of an intent that apply, by name.

    `base` and `quote` are codes; several quotes are joined by commas. `level` is as typed, `move` in per cent. `side`
    is above, below or both; of offers it is `buy` if the person needs the base. `span` is the range of a chart, the
    month or year of a history or `yesterday`, `day` or `week` of a change, and the days of an extreme (`90d`). `query`
    are the words of news and searches, `channel` is a way of payment, `which` the codes that a question offers, joined
    by commas.
    """
    fields: dict[str, Decimal | str | None] = {
        "amount": intent.amount,
        "base": intent.currencies[0] if intent.currencies else None,
        "quote": ",".join(intent.currencies[1:]) or None,
        "span": intent.span or (str(intent.period) if intent.period else None),
        "query": intent.query or None,
        "channel": intent.channel.value if intent.channel else None,
        "side": "buy" if intent.buys else None,
        "which": ",".join(intent.meanings) or None,
    }
    if intent.alert is not None:
        fields |= _alert_fields(intent.alert)
    return {name: value for name, value in fields.items() if value is not None}


def _alert_fields(request: AlertRequest) -> dict[str, Decimal | str | None]:
    side = {Kind.HIGH: Side.ABOVE, Kind.LOW: Side.BELOW}.get(request.kind, request.side)
    if request.move is not None and side is None:
        side = Side.BOTH
    return {
        "level": request.level,
        "side": None if side is None else side.value,
        "move": None if request.move is None else request.move * 100,
        "span": f"{request.days}d" if request.days is not None else _SPANS.get(request.kind),
    }
