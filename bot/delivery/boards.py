"""The boards: pinned messages whose text follows the rates. The table is the queue (storage/boards.py).

A board stays due until the answer to its edit is recorded: after a crash it is edited again, which changes nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from telegram.error import BadRequest, ChatMigrated, RetryAfter, TelegramError

from bot.delivery.answers import seconds_of
from bot.delivery.notices import Refusal, notify, record_refusal
from bot.delivery.policy import DAY, FLOOD_MARGIN, LONGEST_CHAT_WAIT, Outcome, outcome_of
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import Sender
from bot.domain.boards import PRIORITY, Board
from bot.domain.chats import Chat
from bot.domain.events import BoardLost
from bot.domain.rate_graph import RateGraph
from bot.i18n import Translator
from bot.views.boards import board as board_view
from bot.views.boards import text_hash
from bot.views.message import View
from storage import boards, chat_moves, chats, destinations, rates
from storage.boards import BoardUpdate
from storage.database import Connection, Database
from storage.errors import DATABASE_ERRORS, StorageError

log = structlog.get_logger()

# How often the table is read for due boards: nobody sees whether an edit comes ten seconds later.
SAMPLE_SECONDS = 10.0
# Boards that are read, edited and recorded together: four seconds at the pace of 30 a second.
BATCH = 128
# Views of one version of the rates: they differ by language, zone, pairs and direction.
MAX_VIEWS = 256
# The pause after a request without an answer.
RETRY = dt.timedelta(minutes=1)
# The answer to an edit of a message that is not there any more.
_GONE = BadRequest("message to edit not found")


class BoardViews:
    """The texts of boards, each rendered once for all boards that share it while the rates stay the same."""

    def __init__(self) -> None:
        self._version: Hashable = None
        self._graph = RateGraph((), (), dt.datetime.min.replace(tzinfo=dt.UTC))
        self._views: dict[Hashable, View | None] = {}

    async def renew(self, connection: Connection, now: dt.datetime) -> None:
        """Read the rates again if they have changed."""
        version = await rates.state(connection)
        if version != self._version:
            self._graph, self._views = await rates.graph(connection, now), {}
            self._version = version

    async def view(self, connection: Connection, board: Board, chat: Chat, now: dt.datetime) -> View | None:
        """Return the text of a board of a chat; None if none of its pairs has a rate."""
        key = (board.pairs, chat.language, chat.timezone, chat.per_dollar)
        if key not in self._views:
            if len(self._views) >= MAX_VIEWS:
                self._views.clear()
            found = await boards.rows(connection, self._graph, board.pairs, now)
            t, zone = Translator(chat.language), ZoneInfo(chat.timezone)
            self._views[key] = board_view(t, board.pairs, found, zone, per_dollar=chat.per_dollar) if found else None
        return self._views[key]


@dataclass(frozen=True, slots=True)
class _Edited:
    """The answer to the edit of a board. `later` (UTC): when it may be tried again, after a flood limit."""

    board: Board
    outcome: Outcome
    at: dt.datetime
    shown: str | None = None
    later: dt.datetime | None = None
    reason: str = ""
    new_chat_id: int | None = None


class BoardEditor:
    """Edits the boards that are due. `clock` gives UTC; `may_send` returns whether this process is the leader.

    `operators` are the private chats that receive notices for operators.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        limiter: RateLimiter,
        clock: Callable[[], dt.datetime],
        may_send: Callable[[], bool],
        operators: Collection[int] = (),
    ) -> None:
        self._database, self._sender, self._limiter = database, sender, limiter
        self._clock, self._may_send, self._operators = clock, may_send, tuple(operators)
        self._views = BoardViews()

    async def advance(self) -> None:
        """Edit all boards that are due, unless everything waits after flood refusals."""
        while self._may_send() and self._limiter.halt() <= LONGEST_CHAT_WAIT and await self._edit_some():
            pass

    async def _edit_some(self) -> bool:
        """Edit some boards that are due; returns whether there may be more that can be edited now."""
        async with self._database.read() as connection:
            due = await boards.due(connection, self._clock(), BATCH)
            if not due:
                return False
            known = await chats.get_many(connection, {board.chat_id for board in due})
            updates, edits = await self._prepare(connection, due, known)
        answers = await asyncio.gather(*(self._edit(*edit) for edit in edits))
        edited = [answer for answer in answers if answer is not None]
        try:
            await self._record(updates, edited)
        except StorageError:
            raise
        except Exception as error:  # one of them fails for all
            log.exception("boards_not_recorded", error=type(error).__name__)
            await self._singly(updates, edited)
        return len(due) == BATCH and bool(updates or edited)

    async def _record(self, updates: Sequence[BoardUpdate], edited: Sequence[_Edited]) -> None:
        """Record boards that need no edit, and the answers to the edits of others, in one transaction."""
        async with self._database.write() as connection:
            followed = [await self._follow(connection, one) for one in edited]
            updates = [*updates, *(update for update in followed if update is not None)]
            await boards.record(connection, updates, self._clock())

    async def _singly(self, updates: Sequence[BoardUpdate], edited: Sequence[_Edited]) -> None:
        """Record boards one by one; one that fails is edited again a minute later."""
        await self._record(updates, ())
        for one in edited:
            try:
                await self._record((), [one])
            except StorageError:
                raise
            except Exception as error:
                log.exception("board_not_recorded", chat=one.board.chat_id, error=type(error).__name__)
                await self._record([BoardUpdate(one.board, later=self._clock() + RETRY)], ())

    async def _prepare(
        self, connection: Connection, due: list[Board], known: dict[int, Chat]
    ) -> tuple[list[BoardUpdate], list[tuple[Board, View]]]:
        """Return what becomes of boards that need no edit, and the others with their new texts."""
        now, updates, edits = self._clock(), list[BoardUpdate](), list[tuple[Board, View]]()
        await self._views.renew(connection, now)
        for board in due:
            try:
                view = await self._views.view(connection, board, known[board.chat_id], now)
            except DATABASE_ERRORS:
                raise
            except Exception as error:
                log.exception("board_not_rendered", chat=board.chat_id, error=type(error).__name__)
                view = None
            if view is None or text_hash(view) == board.shown:
                updates.append(BoardUpdate(board))
            else:
                edits.append((board, view))
        return updates, edits

    async def _edit(self, board: Board, view: View) -> _Edited | None:
        """Edit a board as soon as the limits allow; None if that was withdrawn, so that it stays due."""
        at, later = self._clock(), None
        try:
            error = await self._request(board, view)
        except RetryAfter as withdrawn:
            if (wait := seconds_of(withdrawn)) <= 0:
                return None
            return _Edited(board, Outcome.LATER, at, later=at + dt.timedelta(seconds=wait))
        except Exception as failure:
            log.exception("board_not_edited", chat=board.chat_id, error=type(failure).__name__)
            error = TelegramError(type(failure).__name__)
        outcome = outcome_of(error)
        if outcome is Outcome.STOP:  # the worker ends the process if the token stays refused
            return None
        if isinstance(error, RetryAfter):
            later = self._clock() + dt.timedelta(seconds=seconds_of(error)) + FLOOD_MARGIN
        reason = "" if error is None else f"{type(error).__name__}: {str(error)[:150]}"
        moved = error.new_chat_id if isinstance(error, ChatMigrated) else None
        return _Edited(board, outcome, at, text_hash(view), later, reason, moved)

    async def _request(self, board: Board, view: View) -> TelegramError | None:
        """Wait for permission and make the request; returns its error. RetryAfter if it is not made now."""
        if not board.message_id:
            return _GONE
        if (wait := self._limiter.chat_wait(board.chat_id, PRIORITY)) > LONGEST_CHAT_WAIT:
            raise RetryAfter(dt.timedelta(seconds=wait))
        permission = await self._limiter.acquire(board.chat_id, PRIORITY)
        try:
            if not self._may_send():
                raise RetryAfter(dt.timedelta())
            try:
                edited = await self._sender.edit(board.chat_id, board.message_id, view, permission=permission)
            except TelegramError as error:
                return error
            return None if edited else _GONE
        finally:
            self._limiter.release(permission)

    async def _follow(self, connection: Connection, one: _Edited) -> BoardUpdate | None:
        """Record what an answer means for the chat; returns what becomes of the board, None if it is none any more."""
        board, now = one.board, self._clock()
        match one.outcome:
            case Outcome.SENT:
                return BoardUpdate(board, shown=one.shown)
            case Outcome.LATER | Outcome.UNCERTAIN:  # editing twice is editing once
                return BoardUpdate(board, later=one.later or now + RETRY)
            case Outcome.TOO_LATE:
                if await boards.lose(connection, board, now):
                    await self._notify(connection, board, now)
                return None
            case Outcome.MOVED if one.new_chat_id is not None:
                await chat_moves.migrate(connection, board.chat_id, one.new_chat_id)
                return None
            case Outcome.OUR_FAULT:
                log.error("board_refused", chat=board.chat_id, reason=one.reason)
                return BoardUpdate(board)
        refusal = Refusal(board.chat_id, board.thread_id, one.outcome, one.at)
        await record_refusal(connection, refusal, now, self._operators)
        # A chat that is gone or paused is passed over until it is active again.
        lasting = one.outcome in (Outcome.NO_TOPIC, Outcome.NOT_FOUND)
        return BoardUpdate(board, later=now + (DAY if lasting else RETRY))

    async def _notify(self, connection: Connection, board: Board, now: dt.datetime) -> None:
        """Notify the chat that its board is lost; of a channel the people who manage it."""
        chat = await chats.get(connection, board.chat_id)
        to = [(board.chat_id, board.thread_id)]
        if chat is not None and chat.channel:
            to = [(person, 0) for person in await destinations.managers(connection, board.chat_id)]
        lost = BoardLost(board.chat_id, board.thread_id)
        key = f"board:{board.chat_id}:{board.thread_id}:{board.message_id}:{now.isoformat()}"
        await notify(connection, key, lost, now, to)
