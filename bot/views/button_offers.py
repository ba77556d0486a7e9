"""The request for offers as an argument of buttons and of the prompt for another amount."""

from __future__ import annotations

from bot.domain.amounts import LARGEST_AMOUNT
from bot.domain.currencies import CURRENCIES
from bot.domain.gold import CURRENCY_OF, gold_pair
from bot.domain.offer_ranking import WAYS, OfferRequest
from bot.domain.offers import Channel, Side, market_of
from bot.domain.rates import Pair
from bot.views.buttons import NUMBER, Argument, choice

_CURRENCY, _WAY = choice(CURRENCIES), choice(WAYS)
# A card has another letter than cash.
_INITIALS = {str(channel): "d" if channel is Channel.CARD else channel[0] for channel in Channel}
_CHANNELS = {initial: Channel(channel) for channel, initial in _INITIALS.items()}
_SIDES = {side[0]: side for side in Side}


def _read(text: str) -> OfferRequest:
    """Return the request of `RUB:TJS:transfer:1000:RUB`: given money, wanted money, way of payment, amount of one."""
    base, quote, way, amount, code = text.split(":")
    request = OfferRequest(Pair(_CURRENCY.read(base), _CURRENCY.read(quote)), _WAY.read(way), NUMBER.read(amount), code)
    if base == quote or code not in (base, quote) or request.amount > LARGEST_AMOUNT:
        raise ValueError(text)
    return request


def _write(request: OfferRequest) -> str:
    amount = NUMBER.write(request.amount)
    return ":".join((request.pair.base, request.pair.quote, request.channel, amount, request.code))


OFFERS = Argument(_read, _write, parts=5)


def market_written(pair: Pair) -> str:
    """Return the market of a pair as it follows the pair in a button: `.transfer.buy`; empty for the official rate."""
    return "." + pair.market.replace(":", ".") if pair.market else ""


def market_in_short(pair: Pair) -> str:
    """Return the market of a pair with the initial of the channel and the side, `.t.b`: a rule has a number besides."""
    name, _, side = pair.market.partition(":")
    return f".{_INITIALS.get(name, name)}.{side[:1]}" if pair.market else ""


def pair_read(base: str, quote: str) -> Pair:
    """Return the pair of `RUB` and `TJS`, `TJS.transfer.buy` or `TJS.t.b`; ValueError for one that no button has."""
    quote, dot, market = quote.partition(".")
    if not dot:
        pair = Pair(_CURRENCY.read(base), _CURRENCY.read(quote))
    else:
        name, _, side = market.partition(".")
        bank_side = _SIDES.get(side) or Side(side)
        if name in CURRENCY_OF:
            pair = gold_pair(name, bank_side)
        else:
            channel = _CHANNELS.get(name) or Channel(name)
            pair = Pair(_CURRENCY.read(base), _CURRENCY.read(quote), market_of(channel, bank_side))
    if base == quote or (base, quote) != (pair.base, pair.quote):
        raise ValueError(f"{base}:{quote}")
    return pair


def _pair(text: str) -> Pair:
    base, _, quote = text.partition(":")
    return pair_read(base, quote)


# A pair of any market: RUB:TJS, RUB:TJS.transfer.buy, XAU:UZS.cbu.sell.
PAIR = Argument(_pair, lambda pair: f"{pair.base}:{pair.quote}{market_written(pair)}", parts=2)
