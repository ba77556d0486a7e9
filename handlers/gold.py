"""/gold: what gold bars cost at the central banks, and their prices as a chart."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.errors import ExpiredButton, InvalidInput
from bot.domain.gold import CURRENCY_OF, home_currency
from bot.domain.intents import Intent, IntentKind
from bot.services import gold as services
from bot.views import gold as views
from bot.views.gold_actions import GOLD_CHART, GOLD_SHOW
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context
from handlers.pictures import show_picture

# The longest part of a word that is shown.
_MAX_LETTERS = 20


async def gold(ctx: Context) -> None:
    """Answer /gold, or /gold with a country, a currency or a bank: `/gold uzbekistan`, `/gold kgs`, `/gold cbu`."""
    typed = ctx.arguments.strip().casefold()
    if typed in CURRENCY_OF:
        await _show(ctx, CURRENCY_OF[typed])
        return
    sentence = (found := read(ctx)).sentence
    places = (token.meaning.partition(":")[2] for token in sentence.places)
    named = next((code for code in (*sentence.codes, *places)), "")
    if found.unknown or (named and named not in views.ANSWERED):
        raise InvalidInput("gold.unknown", word=(found.unknown or ctx.arguments)[:_MAX_LETTERS])
    await _show(ctx, named or home_currency(ctx.chat.currencies, ctx.chat.timezone))


async def gold_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence that asks for the price of gold, in a country if it names one."""
    await _show(ctx, next(iter(intent.currencies), "") or home_currency(ctx.chat.currencies, ctx.chat.timezone))


async def _show(ctx: Context, home: str) -> None:
    """Show the list of a country's bank with buttons for the others; where it has none, all lists."""
    sources = ctx.services.settings.gold
    if not sources:
        await ctx.reply(views.off(ctx.t))
        return
    lists = await services.price_lists(ctx.database, sources)
    own = [one for one in lists if one.currency == home]
    shown = own or lists
    others = [one.source for one in lists if one not in shown]
    if not shown:
        await ctx.reply(views.nothing(ctx.t))
        return
    await ctx.reply(views.prices(ctx.t, shown, others, home, private=ctx.chat.private))


async def show(ctx: Context, source: str) -> None:
    """Show the price list of another bank in place."""
    lists = await services.price_lists(ctx.database, ctx.services.settings.gold)
    shown = [one for one in lists if one.source == source]
    if not shown:
        raise ExpiredButton
    others = [one.source for one in lists if one.source != source]
    await ctx.edit_or_reply(views.prices(ctx.t, shown, others, private=ctx.chat.private))


async def show_chart(ctx: Context, source: str, weight: Decimal, span: str) -> None:
    """Show the prices of one gram of a bar as a chart."""
    series = await services.bar_series(ctx.database, source, weight, span, ctx.now)
    if series is None:
        raise ExpiredButton
    theme, t = ctx.chat.theme, ctx.t
    picture, caption = views.picture(t, series, theme), views.caption(t, series)
    await show_picture(ctx, caption, views.key(t, series, theme), picture, views.no_pictures(t))


COMMANDS = (Command("gold", gold, description_key="gold.command.gold"),)
BUTTONS = (
    on(GOLD_SHOW, show),
    on(GOLD_CHART, show_chart),
)
INTENTS = ((IntentKind.GOLD, gold_intent),)
