"""/rates: the rates of all currencies, of one, or of a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.amounts import ConvertError, ConvertRequest, amount_of
from bot.domain.intents import Intent, IntentKind
from bot.domain.own_rates import own_pairs
from bot.domain.rates import Pair
from bot.services import rates
from bot.views import actions, convert, own
from bot.views import rates as views
from bot.views.message import View
from bot.views.rate_card import card
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context


async def show_rates(ctx: Context) -> None:
    """Answer /rates with the table, /rates KZT and /rates RUB TJS with a card; misspelt words are corrected."""
    if not ctx.arguments:
        await ctx.reply(await _rate_table(ctx))
        return
    found = read(ctx)
    sentence = found.sentence
    if sentence.numbers:
        try:
            request = amount_of(sentence.tokens)
        except ConvertError as error:
            if error.certain:
                raise
        else:
            await ctx.reply(await _converted(ctx, request))
            return
    codes = tuple(dict.fromkeys(sentence.codes))
    await ctx.reply(await _named(ctx, codes) if codes else await _unknown(ctx, found.unknown or ctx.arguments))


async def _rate_table(ctx: Context, *, whole: bool = False) -> View:
    """Return the table; before it the rates of the chat's own currencies, if there are any.

    Not `whole`: a group gets its own rates, or the first ones, since everybody scrolls past them.
    """
    cache, chat = ctx.services.rates_views, ctx.chat
    whole = whole or chat.private
    block = await cache.own_rates(own_pairs(chat.currencies), ctx.now)
    if block and not whole:
        return View("\n".join(own.own_lines(ctx.t, block)), ((views.all_button(ctx.t),),))
    view = await cache.view(ctx.t, ctx.now, chat, whole=whole)
    if not block:
        return view
    text = "\n".join((*own.own_lines(ctx.t, block), "", view.text))
    return View(text, (*own.own_buttons(ctx.t, block[0]), *view.buttons)) if chat.private else View(text, view.buttons)


async def _named(ctx: Context, codes: Sequence[str]) -> View:
    """Return the view of some different currencies: the table for the dollar, a card, or one unit in several others."""
    if len(codes) > 2:
        return await _converted(ctx, ConvertRequest(Decimal(1), codes[0], tuple(codes[1:])))
    if len(codes) == 2:
        return await _card(ctx, Pair(codes[0], codes[1]))
    return await _rate_table(ctx) if codes[0] == "USD" else await _card(ctx, Pair("USD", codes[0]))


async def _converted(ctx: Context, request: ConvertRequest) -> View:
    conversion = await rates.convert(ctx.database, request, ctx.now, ctx.chat.currencies)
    return convert.answer(ctx.t, conversion, ctx.now, ctx.zone)


async def _card(ctx: Context, pair: Pair) -> View:
    found = await rates.pair_rate(ctx.database, pair, ctx.now)
    if found is not None:
        return card(ctx.t, found, ctx.now, ctx.zone)
    if pair.base == "USD" or not await rates.known_currencies(ctx.database, ctx.now):
        return await _unknown(ctx, pair.quote)
    return views.no_rate(ctx.t, pair)


async def _unknown(ctx: Context, word: str) -> View:
    return views.unknown(ctx.t, word[:20], await rates.known_currencies(ctx.database, ctx.now))


async def rates_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence about rates: of all, of one currency, or of a pair."""
    if isinstance(intent.problem, ConvertError) and intent.problem.key == "convert.error.unknown":
        await ctx.reply(await _unknown(ctx, intent.problem.word))
        return
    if intent.problem is not None:
        raise intent.problem
    codes = tuple(dict.fromkeys(intent.currencies))
    await ctx.reply(await _named(ctx, codes) if codes else await _rate_table(ctx))


async def set_direction(ctx: Context, direction: str) -> None:
    """Show rates per dollar or per unit of the other currency from now on."""
    await ctx.save(replace(ctx.chat, per_dollar=direction == "dollar"))
    await ctx.edit_or_reply(await _rate_table(ctx))


async def show_pair(ctx: Context, pair: Pair) -> None:
    """Show the card of a pair, or renew it."""
    await ctx.edit_or_reply(await _card(ctx, pair))
    await _confirm(ctx)


async def show_all(ctx: Context) -> None:
    """Show the whole table, or renew it."""
    await ctx.edit_or_reply(await _rate_table(ctx, whole=True))
    await _confirm(ctx)


async def _confirm(ctx: Context) -> None:
    """Confirm that a view was renewed: often nothing in it has changed."""
    if not ctx.under_record:
        await ctx.answer_callback(ctx.t.plain("rates.refreshed"))


COMMANDS = (Command("rates", show_rates, description_key="rates.command.rates"),)
BUTTONS = (
    on(actions.RATES_DIRECTION, set_direction),
    on(actions.RATES_PAIR, show_pair),
    on(actions.RATES_ALL, show_all),
)
INTENTS = (
    (IntentKind.RATES, rates_intent),
    (IntentKind.RATE, rates_intent),
    (IntentKind.PAIR, rates_intent),
)
