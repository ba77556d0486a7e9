"""Requests for alerts in words: those after /alert, and those of a sentence. Pure; the words are in the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from bot.domain.alerts.gold_words import KILOGRAM, about_gold, gold_alone, with_weights
from bot.domain.alerts.rule import EXTREMES, Kind, Side
from bot.domain.amounts import with_nationalities
from bot.domain.currencies import CURRENCIES, GOLD
from bot.domain.errors import InvalidInput
from bot.domain.gold import CURRENCY_OF
from bot.domain.numbers import CONTEXT, D, NotANumber, parse_number
from bot.domain.offer_ranking import table_of
from bot.domain.offers import Side as OfferSide
from bot.domain.offers import market_of
from bot.domain.rates import Pair
from bot.domain.spans import days_of, is_span
from bot.domain.tokens import QUALIFIERS, QUANTITY, Token, kinds, tokens_of
from bot.domain.typed_channels import channel_in

# Longer than any real request for an alert.
MAX_REQUEST_LENGTH = 80
# The days of "a new high" that was asked for without a number: a quarter.
USUAL_DAYS = 90

_SIDES = {"above": Side.ABOVE, "below": Side.BELOW}
# Of `сколько рублей в долларе` the second currency is the base; of `сколько рубль в долларах` it is the first one.
_SINGULAR = re.compile(r"(ль|лар|акс|нат|ань|унт|dollar|ruble|rouble|euro|yuan)\Z")
_KINDS = {"unit:day": Kind.DAY, "unit:week": Kind.WEEK, "extreme:high": Kind.HIGH, "extreme:low": Kind.LOW}
# Kinds of words that a request may have without a meaning of their own.
_FILLERS = QUALIFIERS | kinds(
    "filler buy "
    "into by per and from of about either went become reach when tell alert rate cost last plus plus_minus thanks"
)
# Words for a side that may only compare an amount.
_AMOUNT = frozenset((">", ">=", "more", "over", "больше", "более"))
# Of the fillers, those that decide the order of two currencies or the side.
_KEPT = kinds("per by into from either")


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """A parsed request, before the current rate is known: one or two currencies and the parts that were typed.

    `move` is a share (0.02); `days` are those of an extreme. A level of None was not named. `own_value`: the move is of
    the value of the one currency that is named (`рубль упадет на 2%`), not of its units for a dollar (`rub -2%`).
    `market` is that of a best offer or of gold (bot/domain/rates.py: Pair), else empty; of gold at a bank that is not
    named it is the side alone (`:sell`). `without_table`: a way of payment is named, but no table has the currencies.
    """

    currencies: tuple[str, ...]
    side: Side | None
    level: Decimal | None
    move: Decimal | None
    kind: Kind = Kind.LEVEL
    days: int | None = None
    once: bool = False
    own_value: bool = False
    market: str = ""
    without_table: bool = False

    @property
    def complete(self) -> bool:
        """Whether the request says what to wait for; the other ones name currencies only (`kzt`)."""
        return self.kind in (Kind.PEG, *EXTREMES) or (self.level, self.move) != (None, None)


class UnknownCurrency(InvalidInput):
    """A word that is neither a currency nor a number; `word` is as typed, cut to 20 characters."""

    def __init__(self, word: str) -> None:
        self.word = word[:20]
        super().__init__("alerts.unknown_currency", word=self.word)


def parse_request(
    text: str, language: str = "en", resolve: Callable[[Sequence[Token]], Sequence[Token]] = list
) -> AlertRequest:
    """Read `usd kzt > 520`, `kzt < 0,0019`, `kzt +2%`, `kzt 3% за неделю`, `usd kzt high 90`, `tmt peg`, `… once`.

    Currencies alone are a request that is not complete. Raise InvalidInput for an impossible number or currency,
    UnknownCurrency for a word that is neither. `resolve` returns the tokens with the meanings of ambiguous words.
    """
    if len(text) > MAX_REQUEST_LENGTH:
        raise InvalidInput("alerts.error.form")
    tokens = tokens_of(text, language)
    if any(token.kind == "gold" for token in tokens):
        tokens = with_weights(tokens)
    for token in tokens:
        if not token.meaning or token.meaning == "currency:?" or token.kind in ("ordinary", "times"):
            raise UnknownCurrency(token.text)
    return request_of(resolve(tokens))


def request_of(tokens: Sequence[Token]) -> AlertRequest:
    """Return the request of the tokens of a sentence; words without a part in it are ignored.

    A channel (`transfer`) means its best offer, if an official table has the currencies: they are then in its order.
    """
    if any(token.kind == "gold" for token in tokens):
        return _of_gold(tokens)
    request = _of_rate(tokens)
    channel = channel_in(tokens)
    local = ("TJS",) if len(request.currencies) == 1 else ()
    table = table_of(Pair(*request.currencies, *local))
    if channel is None or request.kind is Kind.PEG:
        return request
    if table is None:
        return replace(request, without_table=True)
    needs = request.currencies[0] == table.quote or any(token.kind == "buy" for token in tokens)
    market = market_of(channel, OfferSide.SELL if needs else OfferSide.BUY)
    return replace(request, currencies=(table.base, table.quote), own_value=False, market=market)


def _of_gold(tokens: Sequence[Token]) -> AlertRequest:
    """Return the request of a price of gold; its level is for one gram, or for the weight that is named.

    InvalidInput for a currency or country without a price list.
    """
    tokens = with_weights(tokens)
    try:
        request = _of_rate(gold_alone(tokens))
    except InvalidInput as problem:
        raise about_gold(problem) from None
    named = dict.fromkeys(
        token.meaning.partition(":")[2]
        for token in with_nationalities(tokens)
        if token.code or token.kind in ("place", "city", "people")
    )
    banks = {code: bank for bank, code in CURRENCY_OF.items()}
    if (other := next((code for code in named if code not in banks), None)) is not None:
        raise InvalidInput("gold.unknown", word=other)
    if len(named) > 1:
        raise InvalidInput("alerts.error.form")
    level = None if request.level is None else CONTEXT.divide(request.level, _weight(tokens))
    side = OfferSide.BUY if any(token.kind == "buyback" for token in tokens) else OfferSide.SELL
    bank = "".join(banks[code] for code in named)
    return replace(request, currencies=(GOLD, *named), level=level, own_value=False, market=f"{bank}:{side}")


def _weight(tokens: Sequence[Token]) -> Decimal:
    """Return the grams that a level is for: those of the first number with a unit of weight, else one."""
    for number, unit in pairwise(tokens):
        if number.kind == QUANTITY and unit.kind == "gram":
            return level_of(number) * (1000 if unit.meaning == KILOGRAM else 1)
    return D(1)


def _of_rate(tokens: Sequence[Token]) -> AlertRequest:
    tokens = [token for token in with_nationalities(tokens) if token.kind not in _FILLERS or token.kind in _KEPT]
    codes = ordered_codes(tokens)
    if not codes or len(codes) > 2:
        raise InvalidInput("alerts.error.form")
    if len(codes) == 2 and codes[0] == codes[1]:
        raise InvalidInput("alerts.error.same")
    once = any(token.kind == "only_once" for token in tokens)
    side = _side(tokens)
    kind = next((_KINDS[token.meaning] for token in tokens if token.meaning in _KINDS), None)
    if any(token.kind == "peg" for token in tokens):
        return AlertRequest(codes, None, None, None, Kind.PEG, once=once)
    extreme = next((kind for kind in map(_extreme, tokens) if kind), None)
    if extreme is not None:
        return AlertRequest(codes, None, None, None, extreme, _days(tokens), once)
    return _compared(codes, tokens, side, kind, once)


def _side(tokens: Sequence[Token]) -> Side | None:
    """Return the first side that is named; `moves more than 2%` names none."""
    either = any(token.kind == "either" for token in tokens)
    sides = (token for token in tokens if token.kind in _SIDES)
    return next((_SIDES[token.kind] for token in sides if not (either and token.text.casefold() in _AMOUNT)), None)


def _extreme(token: Token) -> Kind | None:
    return _KINDS[token.meaning] if token.kind == "extreme" else None


def _compared(
    codes: tuple[str, ...], tokens: Sequence[Token], side: Side | None, kind: Kind | None, once: bool
) -> AlertRequest:
    """Return the request of a level or a move; without a number it is not complete."""
    numbers = [token for place, token in enumerate(tokens) if token.kind == QUANTITY and not is_span(tokens, place)]
    percents = [token for token in numbers if token.percent]
    if not numbers:
        return AlertRequest(codes, side, None, None, once=once)
    if len(percents) > 1:
        raise InvalidInput("alerts.error.number")
    if percents or (kind is not None and len(numbers) == 1):
        move = (percents or numbers)[0]
        share = CONTEXT.divide(level_of(move, signed=True), Decimal(100))
        own_value = len(codes) == 1 and codes[0] != "USD" and not move.sign and _is_in_words(tokens)
        side = {"+": Side.ABOVE, "-": Side.BELOW}.get(move.sign, side)
        return AlertRequest(codes, side, None, share, kind or Kind.MOVE, once=once, own_value=own_value)
    if _is_step(tokens):
        return AlertRequest(codes, side, None, None, once=once)
    return AlertRequest(codes, side, _level(tokens), None, once=once)


def _is_in_words(tokens: Sequence[Token]) -> bool:
    """Return whether words name the currency and the side: `рубль упадет`, `euro rises`; not `kzt up`, `€ >`."""
    named = any(token.code and not token.is_sign and token.text.upper() not in CURRENCIES for token in tokens)
    return named and any(token.kind in _SIDES and token.text[0].isalpha() for token in tokens)


def _is_step(tokens: Sequence[Token]) -> bool:
    """Return whether the number is a change of the rate (`вырастет на 10 тенге`), which no rule waits for."""
    sides = [place for place, token in enumerate(tokens) if token.kind in _SIDES and token.text[0].isalpha()]
    return any(
        token.kind == "by" and place and tokens[place + 1].kind == QUANTITY and sides and sides[0] < place
        for place, token in enumerate(tokens[:-1])
    )


def _level(tokens: Sequence[Token]) -> Decimal:
    """Return the level; of `100 рублей … 12 сомони` and `12 сомони за 100` it is 0.12."""
    places = [place for place, token in enumerate(tokens) if token.kind == QUANTITY and not is_span(tokens, place)]
    named = [place for place in places if _has_currency(tokens, place)]
    if len(places) == 2 and places[0] and tokens[places[0] - 1].kind == "from":
        return level_of(tokens[places[1]])  # `упадет с 520 до 500`
    if len(places) == 2 and tokens[places[1] - 1].kind == "per":  # `12 сомони за 100`
        level, count = (level_of(tokens[place]) for place in places)
        return CONTEXT.divide(level, count)
    if len(places) == 2 and len(named) == 2:
        count, level = (level_of(tokens[place]) for place in places)
        return CONTEXT.divide(level, count)
    if len(places) != 1:
        raise InvalidInput("alerts.error.number")
    return level_of(tokens[places[0]])


def _has_currency(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a number has a currency: a word after it, or a sign right before it."""
    if place + 1 < len(tokens) and tokens[place + 1].code is not None:
        return True
    return place > 0 and tokens[place - 1].code is not None and tokens[place - 1].is_sign


def ordered_codes(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the currencies of a sentence, the base first.

    In the order of the sentence, but: the currency of a level is the quote (`выше 520 тенге доллар`, `520 tengedan
    oshsa dollar`), and of `тенге за доллар` and `сколько тенге в долларе` the second one is the base.
    """
    places = [place for place, token in enumerate(tokens) if token.code is not None]
    codes = [tokens[place].code or "" for place in places]
    if len(places) != 2:
        return tuple(codes)
    first, second = places
    between = {token.kind for token in tokens[first + 1 : second]}
    before = tokens[first - 1].kind if first else ""
    level_first = (
        before == QUANTITY
        and QUANTITY not in between
        and any(token.kind in _SIDES or token.kind == "become" for token in tokens[:second])
    )
    asked = before == "howmuch" and QUANTITY not in between and not _SINGULAR.search(tokens[first].text.casefold())
    if level_first or asked or ("per" in between and QUANTITY not in between):
        codes.reverse()
    return tuple(codes)


def level_of(quantity: Token, *, signed: bool = False) -> Decimal:
    """Return a positive level or move: `0,114` has a decimal comma, and `1,500` is one and a half."""
    if quantity.digits is None:
        number = quantity.value or Decimal(0)
    else:
        if quantity.sign == "-" and not signed:
            raise InvalidInput("alerts.error.number")
        try:
            number = parse_number(quantity.digits.lstrip("-−– "))
        except NotANumber:
            raise InvalidInput("alerts.error.number") from None
        number = number if quantity.times is None else D(f"{CONTEXT.multiply(number, quantity.times):f}")
    if not number:
        raise InvalidInput("alerts.error.number")
    return number


def _days(tokens: Sequence[Token]) -> int:
    """Return the days of an extreme: `90`, `30d`, `за 3 месяца`, `за год`."""
    if sum(token.kind == QUANTITY for token in tokens) > 1:
        raise InvalidInput("alerts.error.number")
    days = days_of(tokens)
    if days is None:
        return USUAL_DAYS
    if not 1 <= days <= 9999:
        raise InvalidInput("alerts.error.number")
    return days
