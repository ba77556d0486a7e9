"""/chart: the rates of a currency as a picture."""

from __future__ import annotations

from dataclasses import replace

import structlog
from telegram.error import BadRequest

from bot.delivery.drawing import DrawingFailed
from bot.domain.charts import RANGES, ChartSeries
from bot.domain.rates import Pair
from bot.services import charts, rates
from bot.views import actions
from bot.views import charts as views
from bot.views import rates as rate_views
from bot.views.currencies import code_of
from bot.views.message import View
from handlers.context import Command, Context, on

log = structlog.get_logger()

DEFAULT_SPAN = "90d"
# Parts of Telegram's refusals: of a file_id that is no longer valid ("wrong file identifier…",
# "FILE_REFERENCE_EXPIRED"), and in a group where nobody may send pictures.
_FILE, _NO_RIGHT = "file", "not enough rights"
# Typed spans beside the buttons' own names.
_SPANS = {"30": "30d", "90": "90d", "1y": "1y", "365": "1y", "year": "1y", "год": "1y", "all": "max", "всё": "max"}


async def show_chart(ctx: Context) -> None:
    """Answer /chart kzt [30d|90d|1y|max]; without a currency, offer some."""
    words = ctx.arguments.casefold().replace("/", " ").split()[:4]
    spans = [_SPANS.get(word, word) for word in words if _SPANS.get(word, word) in RANGES]
    named = [word for word in words if _SPANS.get(word, word) not in RANGES and code_of(word) != "USD"]
    if named and (code := code_of(named[0])):
        await show(ctx, Pair("USD", code), spans[0] if spans else DEFAULT_SPAN)
        return
    known = await rates.known_currencies(ctx.database, ctx.now)
    if not named:
        await ctx.reply(views.choose(ctx.t, known))
    else:
        await ctx.reply(rate_views.unknown(ctx.t, named[0][:20], known))


async def show(ctx: Context, pair: Pair, span: str) -> None:
    """Show a chart, in place of another one if its button was pressed."""
    code = pair.base if pair.quote == "USD" else pair.quote
    series = await charts.chart_series(ctx.database, ctx.chat.id, code, span, ctx.now)
    if not series.main:
        await ctx.reply(View(ctx.t("charts.nothing", code=code)))
        return
    try:
        await _send(ctx, series)
    except DrawingFailed as error:
        log.warning("chart_not_drawn", reason=str(error))
        await ctx.reply(View(ctx.t("charts.busy")))
    except BadRequest as error:
        if _NO_RIGHT not in str(error).casefold():
            raise
        await ctx.reply(View(ctx.t("charts.not_allowed", code=code)))


async def _send(ctx: Context, series: ChartSeries) -> None:
    """Send the picture by its file_id if Telegram has it, else draw and upload it."""
    view, theme = views.caption(ctx.t, series, ctx.chat.theme), ctx.chat.theme
    key = views.key(ctx.t, series, theme)
    file_id = await charts.picture_id(ctx.database, key)
    if file_id is not None:
        try:
            await ctx.edit_or_reply_photo(view, file_id)
            return
        except BadRequest as error:
            if _FILE not in str(error).casefold():
                raise
            log.info("picture_expired", reason=str(error)[:100])
    file_id = await ctx.edit_or_reply_photo(view, await ctx.services.drawer.draw(views.picture(ctx.t, series, theme)))
    await charts.save_picture_id(ctx.database, key, file_id, ctx.now)


async def change_theme(ctx: Context, pair: Pair, span: str, theme: str) -> None:
    """Draw light or dark charts from now on."""
    await ctx.save(replace(ctx.chat, theme=theme))
    await show(ctx, pair, span)


COMMANDS = (Command("chart", show_chart, description_key="charts.command.chart"),)
BUTTONS = (
    on(actions.CHARTS_SHOW, show),
    on(actions.CHARTS_THEME, change_theme),
)
