"""/board: a pinned message with current rates, which is edited when they change."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from telegram.error import BadRequest, Forbidden

from bot.delivery.policy import Outcome, outcome_of
from bot.domain.boards import Board, pairs_of, requests_in
from bot.domain.errors import InvalidInput
from bot.domain.own_rates import own_pairs
from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.services import boards as service
from bot.views import actions
from bot.views import boards as views
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context
from handlers.flood import retry_after_flood

# Typed words that are shown again, in letters.
MAX_SHOWN = 20


async def make_board(ctx: Context) -> None:
    """Answer /board with a board of the chat's rates, and /board usd kzt, rub kzt with one of these pairs."""
    await _pin(ctx, _typed_pairs(ctx) if ctx.arguments else _pairs_of_chat(ctx))


async def pin(ctx: Context) -> None:
    """Send the board again with its pairs, or a new one."""
    known = await service.board_of(ctx.database, ctx.chat.id, ctx.thread_id)
    await _pin(ctx, known.pairs if known else _pairs_of_chat(ctx))


def _pairs_of_chat(ctx: Context) -> tuple[Pair, ...]:
    return own_pairs(ctx.chat.currencies) if ctx.chat.private else ()


def _typed_pairs(ctx: Context) -> tuple[Pair, ...]:
    named = []
    for part in requests_in(ctx.arguments) or [ctx.arguments]:
        found = read(ctx, part)
        # Beside two currencies a word may be small talk; beside one it is most likely the other one.
        unread = found.sentence.foreign or (found.unknown and len(found.sentence.codes) == 1)
        if unread or not found.sentence.codes:
            raise InvalidInput("boards.unknown", word=(found.unknown or part)[:MAX_SHOWN])
        named.append(found.sentence.codes)
    return pairs_of(named)


async def _pin(ctx: Context, pairs: Sequence[Pair]) -> None:
    """Send a board to the chat, store it, pin it, and remove the one that it replaces."""
    ctx.asks_for_messages = ctx.managed is None  # a managed chat that is paused stays so
    chat, t = ctx.chat, Translator(ctx.chat.language)
    rows = await service.board_rates(ctx.database, pairs, ctx.now)
    view = views.board(t, pairs, rows, ZoneInfo(chat.timezone), per_dollar=chat.per_dollar)
    try:
        number = await retry_after_flood(lambda: ctx.sender.send(chat.id, ctx.thread_id, view, silent=True))
    except (BadRequest, Forbidden) as error:
        if (outcome := outcome_of(error)) is Outcome.NO_TOPIC:
            raise InvalidInput("chats.no_thread") from None
        if outcome in (Outcome.PAUSED, Outcome.GONE, Outcome.NOT_FOUND):
            raise InvalidInput("boards.cannot_write") from None
        raise
    board = Board(chat.id, ctx.thread_id, number, tuple(pairs), views.text_hash(view))
    replaced = await service.put_board(ctx.database, board, ctx.now)
    is_pinned = await ctx.sender.pin(chat.id, number)
    if replaced is not None:
        await ctx.sender.take_down(chat.id, replaced)
    await ctx.reply(views.pinned(ctx.t, is_pinned=is_pinned, private=chat.private))


async def stop(ctx: Context) -> None:
    """Update the board no more, and remove its message."""
    message_id = await service.stop_board(ctx.database, ctx.chat.id, ctx.thread_id)
    await ctx.sender.take_down(ctx.chat.id, message_id)
    await ctx.edit_or_reply(views.stopped(ctx.t))


COMMANDS = (Command("board", make_board, changes=True, description_key="boards.command.board"),)
BUTTONS = (
    on(actions.BOARDS_PIN, pin),
    on(actions.BOARDS_STOP, stop),
)
