"""Conversions: the target currencies of an amount, and the rates for them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.amounts import ConvertRequest
from bot.domain.currencies import OWN
from bot.domain.rate_graph import RateGraph, ResolvedRate
from bot.domain.rates import Pair


@dataclass(frozen=True, slots=True)
class Conversion:
    """A request with its target currencies, the rates into those that have one, and the targets that have none.

    `any_rate` is False while no rate of any currency is stored.
    """

    request: ConvertRequest
    targets: tuple[str, ...]
    found: tuple[ResolvedRate, ...]
    missing: tuple[str, ...]
    any_rate: bool


def targets(request: ConvertRequest) -> tuple[str, ...]:
    """Return the target currencies of a request; by default the dollar for an own currency, the own ones for others."""
    return request.quotes or (("USD",) if request.base in OWN else OWN)


def converted(request: ConvertRequest, graph: RateGraph) -> Conversion:
    """Return the conversion of a request by the current rates."""
    wanted = targets(request)
    resolved = {quote: graph.resolve(Pair(request.base, quote)) for quote in wanted}
    found = tuple(one for one in resolved.values() if one is not None)
    missing = tuple(quote for quote, one in resolved.items() if one is None)
    return Conversion(request, wanted, found, missing, bool(graph.currencies))


def subject(pair: Pair) -> str:
    """Return the currency of a pair that a chart and an alert are about: the own one, or the one that is no dollar."""
    for code in (pair.quote, pair.base):
        if code in OWN:
            return code
    return pair.base if pair.quote == "USD" else pair.quote
