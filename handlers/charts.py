"""/chart: what a currency did, as a picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import structlog
from telegram.error import BadRequest

from bot.delivery.drawing import DrawingFailed
from bot.domain.errors import ExpiredButton
from bot.domain.rate_graph import PEG, PEG_PAIR, TICKER, RateGraph, authority, compose
from bot.domain.rates import Pair, Rate
from bot.views import charts as views
from bot.views import rates as rate_views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.context import Action, Command, Context
from storage import alerts, charts, rates

log = structlog.get_logger()

DEFAULT_SPAN = "90d"
# Tables are dated tomorrow, over long holidays some days on.
AHEAD = dt.timedelta(days=14)
# What Telegram says of a file_id that is no longer good ("wrong file identifier…", "FILE_REFERENCE_EXPIRED"),
# and where a group lets nobody send pictures.
_FILE, _NO_RIGHT = "file", "not enough rights"
# Typed spans beside the buttons' own names.
_SPANS = {"30": "30d", "90": "90d", "1y": "1y", "365": "1y", "year": "1y", "год": "1y", "all": "max", "всё": "max"}


async def show_chart(ctx: Context) -> None:
    """Answer /chart kzt [30d|90d|1y|max]; without a word, offer currencies."""
    words = ctx.arguments.casefold().replace("/", " ").split()[:4]
    spans = [_SPANS.get(word, word) for word in words if _SPANS.get(word, word) in views.RANGES]
    named = [word for word in words if _SPANS.get(word, word) not in views.RANGES and code_of(word) != "USD"]
    if not named:
        await ctx.reply(await _choose(ctx))
        return
    code = code_of(named[0])
    if code is None:
        await ctx.reply(await _unknown(ctx, named[0]))
        return
    await _show(ctx, code, spans[0] if spans else DEFAULT_SPAN)


async def _known(ctx: Context) -> list[str]:
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
    return graph.against_dollar


async def _choose(ctx: Context) -> View:
    known = await _known(ctx)
    return views.choose(ctx.t, known[:9]) if known else View(ctx.t("rates.none"))


async def _unknown(ctx: Context, word: str) -> View:
    known = await _known(ctx)
    if not known:
        return View(ctx.t("rates.none"))
    return rate_views.unknown(ctx.t, word[:20], nearest(word[:20]), known)


async def _charted(ctx: Context, code: str, span: str) -> views.Charted:
    """Gather the figures of a currency against the dollar, and the chat's own lines on it."""
    first, today = views.since(ctx.now, span), ctx.now.date()
    wanted = Pair("USD", code)
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
        source, official = "", []
        for source in filter(None, (authority(code), "frankfurter")):
            printed = _printed(graph, source, wanted)
            last = today if source == PEG else today + AHEAD
            official = await rates.series(connection, printed, source, first, last) if printed else []
            if official:
                break
        ticker = await rates.series(connection, Pair(code, "USD"), TICKER, first, today + AHEAD)
        drawn = await alerts.of_chat(connection, ctx.chat.id)
    return views.Charted(code, span, source, _turned(official, wanted), _turned(ticker, wanted), drawn)


def _printed(graph: RateGraph, source: str, pair: Pair) -> Pair | None:
    """Return the pair in the direction in which a source prints it, if it does."""
    if source == PEG:
        return PEG_PAIR
    return next((way for way in (pair, pair.inverted) if graph.rate(source, way)), None)


def _turned(shown_rates: list[Rate], pair: Pair) -> list[Rate]:
    return [rate for leg in shown_rates if (rate := compose(pair, [leg]))]


async def _show(ctx: Context, code: str, span: str) -> None:
    charted = await _charted(ctx, code, span)
    if not charted.main:
        await ctx.reply(View(ctx.t("charts.nothing", code=code)))
        return
    try:
        await _send(ctx, charted)
    except DrawingFailed as error:
        log.warning("chart not drawn", reason=str(error))
        await ctx.reply(View(ctx.t("charts.busy")))
    except BadRequest as error:
        if _NO_RIGHT not in str(error).casefold():
            raise
        await ctx.reply(View(ctx.t("charts.not_allowed", code=code)))


async def _send(ctx: Context, charted: views.Charted) -> None:
    """Send the picture that Telegram has already, or draw it."""
    view, theme = views.caption(ctx.t, charted, ctx.chat.theme), ctx.chat.theme
    key = views.key(ctx.t, charted, theme)
    async with ctx.database.read() as connection:
        file_id = await charts.known(connection, key)
    if file_id is not None:
        try:
            await ctx.edit_or_reply_photo(view, file_id)
            return
        except BadRequest as error:
            if _FILE not in str(error).casefold():
                raise
            log.info("picture unknown to telegram, drawn anew", reason=str(error)[:100])
    file_id = await ctx.edit_or_reply_photo(view, await ctx.services.drawer.draw(views.picture(ctx.t, charted, theme)))
    async with ctx.database.write() as connection:
        await charts.remember(connection, key, file_id, ctx.now)


async def show(ctx: Context, code: str, span: str) -> None:
    """Show a chart by button, in place of another chart."""
    if code_of(code) != code or code == "USD" or span not in views.RANGES:
        raise ExpiredButton
    await _show(ctx, code, span)


async def change_theme(ctx: Context, code: str, span: str, theme: str) -> None:
    """Draw light or dark from now on."""
    if theme not in ("light", "dark"):
        raise ExpiredButton
    await ctx.save(replace(ctx.chat, theme=theme))
    await show(ctx, code, span)


COMMANDS = (Command("chart", show_chart, description_key="charts.command.chart"),)
BUTTONS = {
    ("charts", "show"): Action(show),
    ("charts", "theme"): Action(change_theme, changes=True),
}
