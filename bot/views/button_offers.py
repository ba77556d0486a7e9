"""The request for offers as an argument of buttons and of the prompt for another amount."""

from __future__ import annotations

from bot.domain.amounts import LARGEST_AMOUNT
from bot.domain.currencies import CURRENCIES
from bot.domain.offer_ranking import WAYS, OfferRequest
from bot.domain.offers import channel_of, market_of
from bot.domain.rates import Pair
from bot.views.buttons import NUMBER, Argument, choice

_CURRENCY, _WAY = choice(CURRENCIES), choice(WAYS)


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


def market_read(text: str) -> str:
    """Return the market of such a text without its first point; ValueError for another one."""
    return market_of(*channel_of(text.replace(".", ":"))) if text else ""


def _pair(text: str) -> Pair:
    base, _, rest = text.partition(":")
    quote, _, market = rest.partition(".")
    if base == quote:
        raise ValueError(text)
    return Pair(_CURRENCY.read(base), _CURRENCY.read(quote), market_read(market))


# A pair of any market: RUB:TJS, RUB:TJS.transfer.buy.
PAIR = Argument(_pair, lambda pair: f"{pair.base}:{pair.quote}{market_written(pair)}", parts=2)
