"""Typed levels: the questions for them, and the answers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from bot.domain.alerts import AlertRequest, AlertRule, Kind, Side
from bot.domain.errors import ExpiredButton, InvalidInput
from bot.domain.gold import gold_of
from bot.domain.intents import Person
from bot.domain.intents.arguments import request_in
from bot.domain.intents.som import MEANINGS
from bot.domain.offers import Side as OfferSide
from bot.domain.offers import channel_of
from bot.domain.rates import Pair
from bot.services import alert_list, alerts
from bot.views import alert_builder as views
from bot.views import errors as error_views
from bot.views.button_offers import PAIR
from bot.views.message import View
from handlers import alert_creation
from handlers.arguments import person
from handlers.context import Context, existing

# The prompt for the level of a new alert, with the pair and perhaps the side: RUB:TJS, RUB:TJS:above.
LEVEL = "alerts.level"
# The prompt for another level of an alert, with its id.
CHANGE = "alerts.change"


async def ask_level(ctx: Context, pair: Pair, side: Side = Side.BOTH) -> None:
    """Ask for a typed level of a pair."""
    argument = PAIR.write(pair) + ("" if side is Side.BOTH else f":{side}")
    await ctx.prompt(LEVEL, await _level_question(ctx, pair, side), argument)


async def _level_question(ctx: Context, pair: Pair, side: Side) -> View:
    rate = existing(await alerts.current_rate(ctx.database, pair, ctx.now))
    return views.type_level(ctx.t, rate, side)


async def answer_level(ctx: Context) -> None:
    """Create the alert of a typed level; after an answer of no use, ask again."""
    base, quote, *sides = ctx.prompt_argument.split(":")
    pair, side = PAIR.read(f"{base}:{quote}"), Side(sides[0]) if sides else Side.BOTH
    try:
        request = _request(ctx.arguments, pair, person(ctx))
        if request.side is None and side is not Side.BOTH and request.kind is Kind.LEVEL:
            request = replace(request, side=side)
        await _keep_open(ctx, await alert_creation.create(ctx, request))
    except InvalidInput as error:
        if error.key == "alerts.too_many":
            raise
        await _ask_again(ctx, LEVEL, error, await _level_question(ctx, pair, side))


async def _ask_again(ctx: Context, key: str, error: InvalidInput, question: View) -> None:
    """Repeat a question under the reason why its answer was of no use."""
    reason = error_views.invalid_input(ctx.t, error)
    await ctx.prompt(key, replace(question, text=f"{reason.text}\n{question.text}"), ctx.prompt_argument)


def _request(text: str, pair: Pair, person: Person) -> AlertRequest:
    """Return the request of `525`, `510 ниже` or `2%` on a pair, or of a whole one: `kzt > 520`.

    InvalidInput for anything else.
    """
    own = [code for code in (pair.base, pair.quote) if code in MEANINGS]
    if len(own) == 1 and not person.som:
        person = replace(person, som=own[0])  # `88 сом` of this pair
    for whole in (f"{_typed(pair)} {text}", text):
        with suppress(InvalidInput):
            request = request_in(whole, person)
            if request.complete:
                return request
    raise InvalidInput("alerts.error.level")


def _typed(pair: Pair) -> str:
    """Return a pair as a person types it: `RUB TJS`, `USD TJS cash buy`, `gold UZS`."""
    if not pair.market:
        return f"{pair.base} {pair.quote}"
    if (gold := gold_of(pair)) is not None:
        return f"gold {pair.quote}" + (" buyback" if gold[1] is OfferSide.BUY else "")
    channel, side = channel_of(pair.market)
    return f"{pair.base} {pair.quote} {channel}" + (" buy" if side is OfferSide.SELL else "")


async def ask_change(ctx: Context, alert_id: int) -> None:
    """Ask for another level of an alert."""
    await ctx.prompt(CHANGE, await _change_question(ctx, alert_id), str(alert_id))


async def _change_question(ctx: Context, alert_id: int) -> View:
    current = existing(await alert_list.find_alert(ctx.database, ctx.chat.id, alert_id, ctx.now))
    return views.type_change(ctx.t, current.alert, existing(current.rate))


async def answer_change(ctx: Context) -> None:
    """Give an alert the typed level; after an answer of no use, ask again."""
    alert_id = int(ctx.prompt_argument)
    current = await alert_list.find_alert(ctx.database, ctx.chat.id, alert_id, ctx.now)
    if current is None:
        raise InvalidInput("alerts.error.gone")
    try:
        wanted = _changed(ctx.arguments, current.alert.rule, person(ctx))
        await _keep_open(ctx, await _change(ctx, alert_id, wanted))
    except InvalidInput as error:
        await _ask_again(ctx, CHANGE, error, await _change_question(ctx, alert_id))


def _changed(text: str, rule: AlertRule, person: Person) -> AlertRequest:
    """Return the request of a typed level, or of a per cent over the same time as before."""
    if rule.level is not None:
        return _request(text, rule.pair, person)
    request = _request(text if "%" in text else f"{text}%", rule.pair, person)
    return replace(request, kind=rule.kind, side=request.side or rule.side) if request.kind is Kind.MOVE else request


async def _keep_open(ctx: Context, result: alert_creation.Result) -> None:
    """Let another level answer the question whether a far one is meant."""
    if isinstance(result, alerts.FarLevel) and ctx.answered_prompt:
        await ctx.wait_for(ctx.answered_prompt)


async def _change(ctx: Context, alert_id: int, wanted: AlertRequest | AlertRule) -> alert_creation.Result:
    result = await alerts.change_rule(ctx.database, ctx.chat.id, alert_id, wanted, ctx.now)
    if result is None:
        raise ExpiredButton
    await ctx.edit_or_reply(alert_creation.answer(ctx, result, undo=False))
    return result


async def set_level(ctx: Context, alert_id: int, side: Side, level: Decimal) -> None:
    """Give an alert a level that is far from the rate, after a confirmation."""
    current = existing(await alert_list.find_alert(ctx.database, ctx.chat.id, alert_id, ctx.now))
    await ctx.close_prompt(alert_creation.PROMPT)
    await _change(ctx, alert_id, AlertRule(current.alert.rule.pair, side, level=level))


async def cancel(ctx: Context) -> None:
    """Close the question for a level."""
    await ctx.close_prompt(alert_creation.PROMPT)
    await ctx.edit_or_reply(views.cancelled(ctx.t))
