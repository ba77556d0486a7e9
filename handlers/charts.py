"""/chart: the rates of a pair as a picture."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import links
from bot.domain.charts import DEFAULT_RANGE
from bot.domain.intents import Intent, IntentKind
from bot.domain.intents.offer_rules import charted
from bot.domain.intents.past_rules import typed_span
from bot.domain.rates import Pair
from bot.domain.spans import Span
from bot.services import charts, rates
from bot.views import actions
from bot.views import charts as views
from bot.views import settings as settings_views
from bot.views.message import View
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context
from handlers.offer_charts import show_asked
from handlers.pictures import show_picture

# The longest part of a word that is shown.
_MAX_LETTERS = 20


async def show_chart(ctx: Context) -> None:
    """Answer /chart rub tjs [30d|90d|1y|max], /chart rub tjs transfer; without a currency, offer some."""
    found = read(ctx)
    span = typed_span(found.sentence)
    if found.unknown or span is None:
        word = found.unknown or next((number.text for number in found.sentence.numbers), ctx.arguments)
        await ctx.reply(views.unknown(ctx.t, word[:_MAX_LETTERS], await rates.known_currencies(ctx.database, ctx.now)))
        return
    if (offers := charted(found.sentence)) is not None:
        await show_asked(ctx, offers, span)
        return
    await _show_codes(ctx, found.sentence.codes, span)


async def chart_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence that asks for a chart."""
    span = Span(intent.span or DEFAULT_RANGE, intent.asked_span)
    if intent.channel is not None:
        await show_asked(ctx, intent, span)
        return
    await _show_codes(ctx, intent.currencies, span)


async def _show_codes(ctx: Context, codes: tuple[str, ...], span: Span) -> None:
    """Show the chart of two currencies, or of one against the dollar; of the dollar alone, offer currencies."""
    codes = tuple(dict.fromkeys(codes))
    if len(codes) > 2:
        await ctx.reply(views.too_many(ctx.t))
    elif len(codes) == 2:
        await show(ctx, Pair(codes[0], codes[1]), span.range, span.asked)
    elif codes and codes[0] != "USD":
        await show(ctx, Pair("USD", codes[0]), span.range, span.asked)
    else:
        known = await rates.known_currencies(ctx.database, ctx.now)
        await ctx.reply(views.choose(ctx.t, known, ctx.chat.own_pair))


async def show(ctx: Context, pair: Pair, span: str, asked: str = "") -> None:
    """Show a chart, in place of another one if its button was pressed; `asked` is a length of time that is no range."""
    series = await charts.chart_series(ctx.database, ctx.chat.id, pair, span, ctx.now)
    if not series.main:
        await ctx.reply(views.nothing(ctx.t, pair))
        return
    view, theme = views.caption(ctx.t, series, asked), ctx.chat.theme
    picture = views.picture(ctx.t, series, theme)
    not_allowed = View(ctx.t("charts.not_allowed", base=pair.base.lower(), quote=pair.quote.lower()))
    await show_picture(ctx, view, views.key(ctx.t, series, theme), picture, not_allowed)


async def follow(ctx: Context, text: str) -> None:
    """Show the chart that a link into this chat names; offer some where it names none."""
    pair = links.pair_in(text)
    await _show_codes(ctx, (pair.base, pair.quote) if pair else (), Span(DEFAULT_RANGE))


async def set_theme(ctx: Context, theme: str) -> None:
    """Draw light or dark charts from now on, and show the settings."""
    await ctx.save(replace(ctx.chat, theme=theme))
    await ctx.edit_or_reply(settings_views.settings(ctx.t, ctx.chat, ctx.now))


COMMANDS = (Command("chart", show_chart, description_key="charts.command.chart"),)
BUTTONS = (
    on(actions.CHARTS_SHOW, show),
    on(actions.CHARTS_THEME, set_theme),
)
INTENTS = ((IntentKind.CHART, chart_intent),)
DEEP_LINKS = ((links.CHART, follow),)
