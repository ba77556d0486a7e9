"""/failures, for operators: the messages that could not be sent."""

from __future__ import annotations

import datetime as dt

import structlog
from telegram.error import BadRequest

from bot.delivery.render import render
from bot.domain.merging import LATE_AFTER
from bot.views import failures as views
from bot.views.message import View
from handlers.context import Action, Command, Context
from storage import chats, failures
from storage.failures import Failure

log = structlog.get_logger()

# Paging ends here: what is older is retried or dropped with all.
MAX_PAGE = 99


async def show_failures(ctx: Context) -> None:
    """Answer /failures."""
    await ctx.say(await _page(ctx, 0))


async def turn_list(ctx: Context, page: str) -> None:
    """Turn the pages."""
    await _show_page(ctx, page)


async def _show_page(ctx: Context, page: str) -> None:
    number = _number(page)
    if number is None or number > MAX_PAGE:
        await ctx.old_button()
    else:
        await ctx.show(await _page(ctx, number))


async def _page(ctx: Context, page: int) -> View:
    """Show a page; one that is no more shows the last."""
    async with ctx.database.read() as connection:
        total = await failures.count(connection)
        page = min(page, max(total - 1, 0) // views.PAGE_SIZE)
        found = await failures.newest(connection, views.PAGE_SIZE, page * views.PAGE_SIZE)
    return views.listing(ctx.t, [_line(one) for one in found], total, page, ctx.now)


def _line(one: Failure) -> views.FailureLine:
    delivery = one.delivery
    late = one.failed_at - delivery.event.created_at > LATE_AFTER
    return views.FailureLine(
        delivery.id,
        "catch_up" if delivery.carries and late else delivery.event.kind,
        delivery.event.id,
        delivery.chat_id,
        one.failed_at,
        delivery.attempts,
        one.reason,
    )


async def see(ctx: Context, delivery_id: str) -> None:
    """Show what the delivery would say now: without its buttons, which act for the chat it is for."""
    number, view = _number(delivery_id), None
    async with ctx.database.read() as connection:
        found = None if number is None else await failures.get(connection, number)
        chat = found and await chats.get(connection, found.delivery.chat_id)
        if found and chat:
            try:
                view = await render(connection, found.delivery, chat, ctx.now)
            except Exception as error:  # what cannot be rendered is here for just that reason
                log.warning("failure not rendered", delivery=found.delivery.id, error=type(error).__name__)
                await ctx.toast(ctx.t.plain("failures.unrendered", error=type(error).__name__), alert=True)
                return
    if found is None:
        await ctx.old_button()
    elif view is None:
        await ctx.toast(ctx.t.plain("failures.nothing"), alert=True)
    else:
        await ctx.say(views.heading(ctx.t, found.delivery.id, found.delivery.chat_id))
        try:
            await ctx.say(View(view.text, preview_url=view.preview_url))
        except BadRequest:
            await ctx.say(views.source(ctx.t, view.text))


async def retry(ctx: Context, delivery_id: str, page: str) -> None:
    """Try one once more."""
    number = _number(delivery_id)
    async with ctx.database.write() as connection:
        done = number is not None and await failures.retry(connection, number)
    await _one_done(ctx, bool(done), "retry", page)


async def drop(ctx: Context, delivery_id: str, page: str) -> None:
    """Give one up."""
    number = _number(delivery_id)
    async with ctx.database.write() as connection:
        done = number is not None and await failures.drop(connection, number)
    await _one_done(ctx, bool(done), "drop", page)


async def _one_done(ctx: Context, done: bool, what: str, page: str) -> None:
    if not done:
        await ctx.old_button()
        return
    await ctx.toast(ctx.t.plain(f"failures.done_{what}", count=1))
    await _show_page(ctx, page)


async def ask(ctx: Context, what: str, seen_until: str) -> None:
    """Ask before all are retried or dropped."""
    seconds = _number(seen_until)
    if what not in ("retry", "drop") or seconds is None:
        await ctx.old_button()
        return
    async with ctx.database.read() as connection:
        total = await failures.count(connection)
    await ctx.show(views.ask(ctx.t, what, total, seconds))


async def retry_all(ctx: Context, seen_until: str) -> None:
    """Try all once more that had failed when the list was shown."""
    if until := await _instant(ctx, seen_until):
        async with ctx.database.write() as connection:
            count = await failures.retry(connection, until=until)
        await ctx.show(views.done(ctx.t, "retry", count))


async def drop_all(ctx: Context, seen_until: str) -> None:
    """Give all up that had failed when the list was shown."""
    if until := await _instant(ctx, seen_until):
        async with ctx.database.write() as connection:
            count = await failures.drop(connection, until=until)
        await ctx.show(views.done(ctx.t, "drop", count))


async def _instant(ctx: Context, seconds: str) -> dt.datetime | None:
    number = _number(seconds)
    if number is None or number > ctx.now.timestamp():
        await ctx.old_button()
        return None
    # What failed within the second of the list counts as seen.
    return dt.datetime.fromtimestamp(number + 1, dt.UTC)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


COMMANDS = (Command("failures", show_failures, description_key="failures.command.failures", operators=True),)
BUTTONS = {
    ("failures", "list"): Action(turn_list, operators=True),
    ("failures", "see"): Action(see, operators=True),
    ("failures", "retry"): Action(retry, operators=True),
    ("failures", "drop"): Action(drop, operators=True),
    ("failures", "ask"): Action(ask, operators=True),
    ("failures", "retry_all"): Action(retry_all, operators=True),
    ("failures", "drop_all"): Action(drop_all, operators=True),
}
