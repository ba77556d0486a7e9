"""Rankings of offers: what a customer gets or pays for an amount of money, the best first. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.amounts import ConvertError
from bot.domain.languages import TABLE
from bot.domain.numbers import CONTEXT, D
from bot.domain.offer_decisions import is_stale, median, price_of
from bot.domain.offers import Channel, OfferHold, Side, StoredOffer
from bot.domain.rate_graph import ResolvedRate, is_official
from bot.domain.rates import Pair

# The pairs that an official table of offers exists for: the National Bank of Tajikistan prints these three.
PUBLISHED = (Pair("USD", "TJS"), Pair("EUR", "TJS"), Pair("RUB", "TJS"))
# The pair whose best transfer is in the digest of people with these two currencies: wages that are sent home.
SENT_HOME = Pair("RUB", "TJS")
# The channels that people can use: the interbank one is for banks alone.
WAYS = (Channel.CASH, Channel.CARD, Channel.TRANSFER, Channel.WALLET, Channel.NON_CASH)
# Money has cents: a finer amount is none.
CENT = D("0.01")
# Rubles are wages that are sent home; dollars and euros are changed at a counter.
_USUAL_WAY = {"RUB": Channel.TRANSFER}
# The amounts that are shown if none is named: a ruble is worth a tenth of a somoni, which hides the differences.
_USUAL_AMOUNT = {"RUB": D(1000)}
_MONEY_OF_ZONE = {zone: language.country for language in TABLE if language.country for zone in language.zones}
_LOCAL = frozenset(_MONEY_OF_ZONE.values())


@dataclass(frozen=True, slots=True)
class OfferRequest:
    """A question about offers: `pair` goes from the money that the customer gives to the money that they get.

    `amount` is of `code`, one of the two: of the money that is given, the answer is what the customer gets; of the
    other, what they pay.
    """

    pair: Pair
    channel: Channel
    amount: Decimal
    code: str

    @property
    def table(self) -> Pair | None:
        """The pair as the table prints it; None if no official table has it."""
        return table_of(self.pair)

    @property
    def side(self) -> Side:
        """The bank's side: it buys the base of the table if the customer gives that."""
        return Side.BUY if self.pair == self.table else Side.SELL

    @property
    def gets(self) -> bool:
        """Whether the answer is what the customer gets, not what they pay."""
        return self.code == self.pair.base

    @property
    def other(self) -> str:
        """The currency of the answer."""
        return self.pair.quote if self.gets else self.pair.base


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """The `result` of an amount at a provider's offer, in the request's other currency, and the offer's price.

    `as_of` is the time (UTC) of the last table with the offer, which may be older than that of others.
    """

    provider: str
    price: Decimal
    result: Decimal
    as_of: dt.datetime


@dataclass(frozen=True, slots=True)
class HeldOffer:
    """A provider whose published offer is not counted, the result of the amount at it, and the reason."""

    provider: str
    result: Decimal
    reason: OfferHold


@dataclass(frozen=True, slots=True)
class OfferRanking:
    """The current offers for a request, best first; `median` is the result at their median price.

    `held` are the offers of the same tables that are not counted, in the order of their names.

    `as_of` is the time (UTC) of the newest table with them or with held ones; without a current offer, of the newest
    table that is too old; None if no offer is stored. `rate` is the official rate of the request's pair. `source` is
    the name of the bank that publishes the table, `home` its public page; both are empty if there is no table.
    """

    request: OfferRequest
    offers: tuple[RankedOffer, ...] = ()
    median: Decimal | None = None
    as_of: dt.datetime | None = None
    rate: ResolvedRate | None = None
    source: str = ""
    home: str = ""
    held: tuple[HeldOffer, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether all offers are too old to be shown as current, held ones too."""
        return self.as_of is not None and not self.offers and not self.held

    @property
    def official(self) -> Decimal | None:
        """The result at the official rate; None if there is none, or if another source stands in for its bank."""
        return self.at_rate if self.rate is not None and is_official(self.rate) else None

    @property
    def at_rate(self) -> Decimal | None:
        """The result at `rate`; None if there is none."""
        if self.rate is None:
            return None
        combine = CONTEXT.multiply if self.request.gets else CONTEXT.divide
        return combine(self.request.amount, self.rate.rate.value)


def request_of(
    codes: Sequence[str],
    channel: Channel | None = None,
    amount: Decimal | None = None,
    *,
    buys: bool = False,
    own: Sequence[str] = (),
    timezone: str = "",
) -> OfferRequest:
    """Return the request for named currencies (none, one, or the given and the wanted one), with what is usual.

    Without any, the person's own pair is meant, else the dollar in the country of the time zone. `amount` is of the
    first currency, in whole cents; `buys`: the person needs that one, which they otherwise give.

    ConvertError if the amount is less than a cent. Equal currencies are one.
    """
    if amount is not None:
        cents = amount.quantize(CENT, context=CONTEXT)
        if not cents:
            raise ConvertError("convert.error.number", format(amount, "f"), certain=True)
        amount = amount if amount == cents else cents
    codes = tuple(dict.fromkeys(codes))
    local = next((code for code in own if code in _LOCAL), _MONEY_OF_ZONE.get(timezone, "TJS"))
    own_pair = Pair(*own[:2]) if len(own) > 1 else None
    if len(codes) > 1:
        pair = Pair(codes[0], codes[1])
    elif not codes and own_pair is not None and table_of(own_pair) is not None:
        pair = own_pair
    else:
        pair = _alone(codes[0] if codes else "USD", local, amount is not None)
    foreign = (table_of(pair) or pair).base
    code = foreign if amount is None else pair.base
    return OfferRequest(
        pair.inverted if buys else pair,
        channel or _USUAL_WAY.get(foreign, Channel.CASH),
        _USUAL_AMOUNT.get(foreign, D(1)) if amount is None else amount,
        code,
    )


def _alone(code: str, local: str, is_given: bool) -> Pair:
    """Return the pair that one named currency stands for: with the local money, or with the dollar if it is that money.

    Money that a table is printed in, and that the local money has no table with, is exchanged for the dollar too: it is
    given if there is an amount of it.
    """
    pair = Pair(code, local) if code != local else Pair("USD", local)
    if code == local or (table_of(pair) is None and any(one.quote == code for one in PUBLISHED)):
        return Pair(code, "USD") if is_given else Pair("USD", code)
    return pair


def table_of(pair: Pair) -> Pair | None:
    """Return a pair as its official table prints it; None if there is no such table."""
    return next((one for one in (pair, pair.inverted) if one in PUBLISHED), None)


def result_of(request: OfferRequest, price: Decimal) -> Decimal:
    """Return what a price (quote units of the table for one base unit) makes of the amount of a request."""
    table = request.table or request.pair
    if request.code == table.base:
        return CONTEXT.multiply(request.amount, price)
    return CONTEXT.divide(request.amount, price)


def ranked(request: OfferRequest, stored: Iterable[StoredOffer], awaited: dt.date, zone: ZoneInfo) -> OfferRanking:
    """Return the ranking of the stored offers of the request's table: without those that are held or stale.

    `awaited` is the day of the table that the source owes, counted in its `zone`. Providers with the same price are in
    the order of their names.
    """
    side = request.side
    of_channel = [
        (price, one)
        for one in stored
        if one.offer.channel is request.channel and (price := price_of(one.offer, side)) is not None
    ]
    current = [(price, one) for price, one in of_channel if not is_stale(one.confirmed_as_of, awaited, zone)]
    held = [HeldOffer(one.offer.provider, result_of(request, price), one.held) for price, one in current if one.held]
    shown = [(price, one) for price, one in current if one.held is None]
    shown.sort(key=lambda found: (-found[0] if side is Side.BUY else found[0], found[1].offer.provider))
    prices = sorted(price for price, _ in shown)
    return OfferRanking(
        request,
        tuple(
            RankedOffer(one.offer.provider, price, result_of(request, price), one.confirmed_as_of)
            for price, one in shown
        ),
        result_of(request, median(prices)) if prices else None,
        max((one.confirmed_as_of for _, one in shown or current or of_channel), default=None),
        held=tuple(sorted(held, key=lambda one: one.provider)),
    )
