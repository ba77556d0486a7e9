"""Whether a new rate is believed at once, or held back until something confirms it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from bot.domain.numbers import D
from bot.domain.rates import Quote, Rate

# Official and market rates of these currencies move by less in a day, devaluations apart, which others then confirm.
LARGEST_JUMP = D("0.05")
# Two printed steps of a coarse ticker (12.5 % of a soum each) are rounding, not a jump.
_STEPS = D("1.6")
# After some days without a table a larger jump is plausible, up to this.
LARGEST_JUMP_EVER = D("0.20")
# Two sources of the same market on neighbouring days.
LARGEST_GAP = D("0.03")
# A fixed rate's crosses differ by rounding only: 1 % is far outside (the real case: 3469.17 soum a manat, not 4037.68).
LARGEST_GAP_OF_PEG = D("0.01")
# A held rate that is printed again may have moved by as much and is still the same change.
STEADY = D("0.01")


class HoldReason(StrEnum):
    """Why a rate is held back."""

    JUMP = "jump"  # too far from the source's last one
    OTHER_SOURCES = "other sources"  # no other source agrees
    PEG = "peg"  # off the fixed rate


def agrees(quote: Quote, other: Rate, gap: Decimal) -> bool:
    """Return whether a rate lies within a share of another source's rate, allowing for both intervals."""
    low, high = quote.value - quote.tick, quote.value + quote.tick
    return high >= other.low * (1 - gap) and low <= other.high * (1 + gap)


def hold_reason(
    quote: Quote,
    last: Rate | None,
    days: int,
    other_sources: Sequence[Rate] = (),
    fixed: Rate | None = None,
    *,
    repeated: bool = False,
) -> HoldReason | None:
    """Return why a new rate is held back, or None if it is believed.

    `last` is the source's own last confirmed rate of the same pair and `days` its age (at least 1); `other_sources` are
    the rates of independent fresh sources, `fixed` is the rate by the fixed one; `repeated`: the source printed the
    same once more, for a later day. A fixed rate decides alone. Otherwise one other source that agrees is enough,
    whatever the jump, and other sources that all disagree hold it back; without any, a repeated jump is believed.
    """
    if fixed is not None:
        return None if agrees(quote, fixed, LARGEST_GAP_OF_PEG) else HoldReason.PEG
    if other_sources:
        return None if any(agrees(quote, other, LARGEST_GAP) for other in other_sources) else HoldReason.OTHER_SOURCES
    if last is None or repeated:
        return None
    plausible = min(LARGEST_JUMP * max(days, 1), LARGEST_JUMP_EVER)
    return (
        HoldReason.JUMP
        if abs(quote.value - last.value) > last.value * max(plausible, last.coarseness * _STEPS)
        else None
    )
