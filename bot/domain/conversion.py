"""Conversions: the target currencies of an amount, and the rates for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.amounts import ConvertRequest
from bot.domain.currencies import OWN
from bot.domain.offer_ranking import OfferRanking
from bot.domain.rate_graph import RateGraph, ResolvedRate
from bot.domain.rates import Pair

# The foreign money of the region's wages, savings and trade.
COMMON = ("USD", "EUR", "RUB")


@dataclass(frozen=True, slots=True)
class Conversion:
    """A request with its target currencies, the rates into those that have one, and the targets that have none.

    `any_rate` is False while no rate of any currency is stored. `offers` are the current offers of banks for one
    target, if an official table has them.
    """

    request: ConvertRequest
    targets: tuple[str, ...]
    found: tuple[ResolvedRate, ...]
    missing: tuple[str, ...]
    any_rate: bool
    offers: OfferRanking | None = None


def targets(request: ConvertRequest, own: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the target currencies of a request, never its base.

    Without any in the request these are the person's own currencies, then the dollar, the euro and the ruble; a person
    who has not chosen own ones is shown those of the region too.
    """
    wanted = request.quotes or (*own, *COMMON, *(() if own else OWN))
    return tuple(code for code in dict.fromkeys(wanted) if code != request.base)


def converted(request: ConvertRequest, graph: RateGraph, own: Sequence[str] = ()) -> Conversion:
    """Return the conversion of a request by the current rates; `own` are the person's own currencies."""
    wanted = targets(request, own)
    resolved = {quote: graph.resolve(Pair(request.base, quote)) for quote in wanted}
    found = tuple(one for one in resolved.values() if one is not None)
    missing = tuple(quote for quote, one in resolved.items() if one is None)
    return Conversion(request, wanted, found, missing, bool(graph.currencies))
