"""From a typed request and the current rates to the rule that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from bot.domain.alerts.choices import counted_per
from bot.domain.alerts.request import AlertRequest
from bot.domain.alerts.rule import FARTHEST, GRAIN, AlertRule, Kind, Side, canonical_pair, on_grain
from bot.domain.currencies import GOLD
from bot.domain.errors import InvalidInput
from bot.domain.gold import gold_pairs
from bot.domain.numbers import CONTEXT, D, inverse
from bot.domain.own_rates import own_pairs
from bot.domain.rate_graph import PEG_PAIR, RateGraph
from bot.domain.rates import Pair, Rate

# A level farther off than this share of the current value is asked back: often it is meant for another pair.
FAR = D("0.3")
# No rate has more significant digits, and the data of a button has no room for many more.
_DIGITS = Context(prec=12)
# A gram of the 10 g bar costs whole thousandths: a tenth of a price in tiyin.
_GRAM_STEP = D("0.001")
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
    if request.currencies[0] == GOLD:
        return _for_gold(request, graph, own)
    pairs = [asked_pair(request)]
    if len(request.currencies) == 1 and request.level is not None:
        pairs += [pair for pair in own_pairs(own) if request.currencies[0] in (pair.base, pair.quote)]
    found = [resolved for pair in pairs if (resolved := _resolved(request, pair, graph))]
    if not found:
        raise no_rate(pairs[0], graph)
    return next((one for one in found if (off := off_by(one.rule, one.rate)) is not None and off <= FAR), found[0])


def no_rate(pair: Pair, graph: RateGraph) -> InvalidInput:
    """Return the reason why there can be no alert on a pair, which has no rate."""
    if GOLD in (pair.base, pair.quote):
        return InvalidInput("alerts.error.gold")
    if pair.market:
        return InvalidInput("alerts.error.market")
    return InvalidInput("alerts.error.pair", known=", ".join(graph.against_dollar))


def asked_pair(request: AlertRequest) -> Pair:
    """Return the pair of a request; one currency means its units per dollar, or its value in dollars.

    Of gold it is a pair of the first bank that is meant.
    """
    if request.currencies[0] == GOLD:
        return gold_pairs(request.market)[0]
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
    typed = _rounded(request.level, _GRAM_STEP if pair.base == GOLD else GRAIN)
    now = rate.value if pair == rate.pair else inverse(rate.value)
    readings = [(pair, now, typed)]
    if len(request.currencies) == 1:
        readings.append((pair.inverted, inverse(now), typed))
    elif (unit := counted_per(pair, now)) != 1:
        readings.append((pair, now, on_grain(typed / unit).normalize()))
    asked, value, level = min(readings, key=lambda reading: _times(reading[2], reading[1]))
    side = request.side or (Side.ABOVE if level > value else Side.BELOW)
    return AlertRule(asked, side, level=level)


def _rounded(level: Decimal, step: Decimal) -> Decimal:
    """Return a level with its first digits, rounded to a step, a power of ten, if it is finer."""
    found = _DIGITS.plus(level)
    is_finer = found.as_tuple().exponent < step.as_tuple().exponent  # type: ignore[operator]
    return found.quantize(step, context=CONTEXT) if is_finer else found


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


def _for_gold(request: AlertRequest, graph: RateGraph, own: Sequence[str]) -> Resolved | WhichCurrency:
    """Find the bank of a request on gold: the one that is named, whose price fits, or of the person's own money."""
    found = [
        replace(one, chosen=None if len(request.currencies) > 1 else pair.quote)
        for pair in gold_pairs(request.market)
        if (one := _resolved(replace(request, currencies=(GOLD, pair.quote)), pair, graph)) is not None
    ]
    if not found:
        raise no_rate(asked_pair(request), graph)
    if request.level is not None:
        # Prices in different money are so far apart that a level fits one of them.
        return min(found, key=_apart)
    mine = [one for one in found if one.rule.pair.quote in own]
    chosen = mine if len(mine) == 1 else found
    return chosen[0] if len(chosen) == 1 else WhichCurrency(tuple(one.rule for one in found), request.once)


def _in_dollars(request: AlertRequest, code: str, graph: RateGraph) -> Resolved | None:
    found = _resolved(replace(request, currencies=("USD", code)), Pair("USD", code), graph)
    return None if found is None else replace(found, chosen=code)


def _apart(found: Resolved) -> Decimal:
    pair, value = found.rate.pair, found.rate.value
    return _times(found.rule.level or Decimal(0), value if pair == found.rule.pair else inverse(value))
