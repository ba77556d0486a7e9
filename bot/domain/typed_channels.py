"""The way of payment that a text names."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.offers import Channel
from bot.domain.pieces import Token

# Words for a conversion that are also words for a transfer.
_TRANSFERS = frozenset(("перевод",))


def channel_in(tokens: Sequence[Token]) -> Channel | None:
    """Return the way of payment that is named last; None if there is none."""
    channels = [token.meaning.partition(":")[2] for token in tokens if token.kind == "channel"]
    if channels:
        return Channel(channels[-1])
    return Channel.TRANSFER if any(token.text.casefold() in _TRANSFERS for token in tokens) else None
