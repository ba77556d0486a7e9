"""From a typed request and the current rates to the rule that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.alerts.choices import counted_per
from bot.domain.alerts.request import AlertRequest
from bot.domain.alerts.rule import FARTHEST, AlertRule, Kind, Side, canonical_pair, on_grain
from bot.domain.errors import InvalidInput
from bot.domain.numbers import CONTEXT, D, inverse
from bot.domain.own_rates import own_pairs
from bot.domain.rate_graph import PEG_PAIR, RateGraph
from bot.domain.rates import Pair, Rate

# A level farther off than this share of the current value is asked back: often it is meant for another pair.
FAR = D("0.3")
# A level of the dollar alone fits many currencies only if it is no level at all: so many are offered.
MAX_OFFERED = 6


@dataclass(frozen=True, slots=True)
class Resolved:
    """The rule that a request means, and the current canonical rate of its pair.

    `chosen` is the currency that the request did not name, if one was found.
    """

    rule: AlertRule
    rate: Rate
    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class WhichCurrency:
    """A request on the dollar alone that fits several currencies: a rule for each of them, the likeliest first."""

    rules: tuple[AlertRule, ...]
    once: bool


def resolve_request(request: AlertRequest, graph: RateGraph, own: Sequence[str] = ()) -> Resolved | WhichCurrency:
    """Complete a request by the current rates: its pair, its direction, its side.

    `own` are the person's currencies: the one that they have, then those that they need. A level of one currency is a
    level of the person's own pair where it fits that pair and not the dollar. InvalidInput for a pair without a rate.
    """
    if request.currencies == ("USD",):
        return _for_dollar(request, graph, own)
    pairs = [asked_pair(request)]
    if len(request.currencies) == 1 and request.level is not None:
        pairs += [pair for pair in own_pairs(own) if request.currencies[0] in (pair.base, pair.quote)]
    found = [resolved for pair in pairs if (resolved := _resolved(request, pair, graph))]
    if not found and request.market:
        raise InvalidInput("alerts.error.market")
    if not found:
        raise InvalidInput("alerts.error.pair", known=", ".join(graph.against_dollar))
    return next((one for one in found if (off := off_by(one.rule, one.rate)) is not None and off <= FAR), found[0])


def asked_pair(request: AlertRequest) -> Pair:
    """Return the pair of a request; one currency means its units per dollar, or its value in dollars."""
    if len(request.currencies) == 2:
        return Pair(*request.currencies, request.market)
    pair = Pair("USD", request.currencies[0])
    return pair.inverted if request.own_value else pair


def off_by(rule: AlertRule, rate: Rate) -> Decimal | None:
    """Return how far a level is from the current value, as a share of the value; None for other rules.

    `rate` is the current rate of the pair in either direction.
    """
    if rule.level is None:
        return None
    now = rate.value if rate.pair == rule.pair else inverse(rate.value)
    return abs(CONTEXT.divide(rule.level, now) - 1)


def _resolved(request: AlertRequest, pair: Pair, graph: RateGraph) -> Resolved | None:
    resolved = graph.resolve(canonical_pair(pair))
    return None if resolved is None else Resolved(_rule(request, pair, resolved.rate), resolved.rate)


def _rule(request: AlertRequest, pair: Pair, rate: Rate) -> AlertRule:
    """Return the rule on a pair by its current canonical rate."""
    match request.kind:
        case Kind.PEG:
            return AlertRule(pair, Side.BOTH, kind=Kind.PEG)
        case Kind.HIGH | Kind.LOW:
            side = Side.ABOVE if request.kind is Kind.HIGH else Side.BELOW
            return AlertRule(pair, side, kind=request.kind, days=request.days)
        case Kind.LEVEL:
            return _level_rule(request, pair, rate)
        case _:
            return AlertRule(pair, request.side or Side.BOTH, move=request.move, kind=request.kind)


def _level_rule(request: AlertRequest, pair: Pair, rate: Rate) -> AlertRule:
    """Return the rule on a level, in the reading that is nearest to the current value.

    With one currency the direction is open (520 is tenge per dollar, 0.0019 is dollars per tenge); with two it is
    typed, and a level may be for as many units as people count by (11.5 somoni for 100 rubles). Without a side, the
    level is ahead of the current value.
    """
    if not request.level:
        raise InvalidInput("alerts.error.number")
    now = rate.value if pair == rate.pair else inverse(rate.value)
    readings = [(pair, now, request.level)]
    if len(request.currencies) == 1:
        readings.append((pair.inverted, inverse(now), request.level))
    elif (unit := counted_per(pair, now)) != 1:
        readings.append((pair, now, on_grain(request.level / unit).normalize()))
    asked, value, level = min(readings, key=lambda reading: _times(reading[2], reading[1]))
    side = request.side or (Side.ABOVE if level > value else Side.BELOW)
    return AlertRule(asked, side, level=level)


def _times(level: Decimal, value: Decimal) -> Decimal:
    """Return how many times apart two positive values are, at least 1."""
    ratio = CONTEXT.divide(level, value)
    return max(ratio, CONTEXT.divide(Decimal(1), ratio)) if ratio else Decimal("Infinity")


def _for_dollar(request: AlertRequest, graph: RateGraph, own: Sequence[str]) -> Resolved | WhichCurrency:
    """Find the currency of a request on the dollar alone: the only one that fits, else the person decides."""
    known = graph.against_dollar
    mine = [code for code in own if code in known]
    codes = [PEG_PAIR.quote] if request.kind is Kind.PEG else list(dict.fromkeys([*mine, *known]))
    found = [one for code in codes if (one := _in_dollars(request, code, graph))]
    if request.level is None:
        fitting = found if len(found) == 1 else [one for one in found if "USD" in own and one.chosen in mine]
    else:
        fitting = [one for one in found if _apart(one) <= 1 + FAR]
        fitting = [one for one in fitting if one.chosen in mine] or fitting
        found = fitting or sorted((one for one in found if _apart(one) <= FARTHEST), key=_apart)
    if len(fitting) == 1:
        return fitting[0]
    if not found:
        raise InvalidInput("alerts.error.far" if codes else "alerts.error.pair", known=", ".join(codes))
    return WhichCurrency(tuple(one.rule for one in found[:MAX_OFFERED]), request.once)


def _in_dollars(request: AlertRequest, code: str, graph: RateGraph) -> Resolved | None:
    found = _resolved(replace(request, currencies=("USD", code)), Pair("USD", code), graph)
    return None if found is None else replace(found, chosen=code)


def _apart(found: Resolved) -> Decimal:
    pair, value = found.rate.pair, found.rate.value
    return _times(found.rule.level or Decimal(0), value if pair == found.rule.pair else inverse(value))
