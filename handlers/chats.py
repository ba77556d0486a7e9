"""/chats: the groups and channels that a person manages from their private chat, from the first tap on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import structlog
from telegram import ChatFullInfo, ChatMemberUpdated, ChatShared
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.domain.chats import Chat, ChatState, username_in
from bot.domain.errors import NotAllowed
from bot.domain.rights import Right
from bot.domain.typed import read
from bot.i18n import Translator
from bot.services import managing as service
from bot.services import start, topics
from bot.services.chats import load_chats, move_to_supergroup
from bot.services.settings import forget_chat
from bot.views import chat_actions as actions
from bot.views import chats as views
from bot.views.message import View
from handlers import managing
from handlers.admins import may_manage
from handlers.command import Command, on
from handlers.context import Context, existing

log = structlog.get_logger()

# The prompt for a chat, which Telegram's own list or a typed name answers.
PICK = "chats.pick"
# A choice from Telegram's list that also adds the bot is two updates, in any order: the first one offers the topics.
_JUST_NOW = dt.timedelta(minutes=1)
# Telegram's limit on the title of a chat (Bot API, Chat); a title from elsewhere may be longer.
MAX_TITLE = 128


async def show_chats(ctx: Context, page: int = 0) -> None:
    """Answer /chats with the chats that the person manages."""
    _need_private(ctx)
    ctx.manage_nothing()
    found = await service.managed_chats(ctx.database, ctx.chat.id)
    await ctx.edit_or_reply(views.listing(ctx.t, [(one.destination, one.chat) for one in found], page))


async def remove(ctx: Context, destination_id: int) -> None:
    """Take a chat off the person's list; everybody may do that with their own."""
    _need_private(ctx)
    found = existing(await service.managed(ctx.database, destination_id))
    await service.stop_managing(ctx.database, found.chat.id, ctx.here.id)
    await show_chats(ctx)


def _need_private(ctx: Context) -> None:
    if not ctx.here.private:
        raise NotAllowed("chats.only_private", "chats")


async def follow_link(ctx: Context, _words: str) -> None:
    """Answer a link into the private chat, where chats are managed; in a group, the one that added the bot to it."""
    ctx.asks_for_messages = False
    if ctx.here.private:
        await show_chats(ctx)


async def add(ctx: Context) -> None:
    """Let the person choose a channel or group."""
    _need_private(ctx)
    ctx.manage_nothing()
    await ctx.prompt(PICK, views.pick(ctx.t, keyboard=ctx.chat.keyboard))


async def read_name(ctx: Context) -> None:
    """Set up the chat of a typed name or link; any other text is an ordinary request."""
    _need_private(ctx)
    name = username_in(ctx.arguments)
    if name is not None:
        await _choose(ctx, name, ctx.arguments)
    elif ctx.services.on_request is not None:
        await ctx.services.on_request(ctx, read(ctx.arguments, ctx.bot.username or ""))


async def take_shared(ctx: Context, shared: ChatShared) -> None:
    """Set up the chat that the person chose from Telegram's list."""
    await ctx.close_prompt(PICK)
    await _choose(ctx, shared.chat_id, shared.title or "")


async def _choose(ctx: Context, chat_id: int | str, title: str) -> None:
    """Set up a chat, if the person may; then their usual keys are below the text field again."""
    try:
        info = await ctx.bot.get_chat(chat_id)
    except ChatMigrated as moved:  # Telegram's message about the move has not come yet
        if isinstance(chat_id, int):
            await move_to_supergroup(ctx.database, chat_id, moved.new_chat_id)
        await _choose(ctx, moved.new_chat_id, title)
        return
    except (BadRequest, Forbidden):
        info = None
    if info is None or info.type not in (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL):
        typed = isinstance(chat_id, str)
        await ctx.reply(views.unknown(ctx.t, title) if typed else views.not_member(ctx.t, title, ctx.bot.username))
        return
    given = _new_chat(info, ctx.chat)
    try:
        rights = await managing.missing_rights(ctx, info)
    except (BadRequest, Forbidden):
        await ctx.reply(views.not_member(ctx.t, given.title, ctx.bot.username))
        return
    await managing.need_manager(ctx, given)
    done = await service.set_up(ctx.database, given, ctx.chat.id, ctx.now)
    chat = await _reachable(ctx, done.chat, rights)
    await ctx.reply(views.chosen(ctx.t, chat.title, keyboard=ctx.chat.keyboard))
    if done.new or ctx.now - done.since > _JUST_NOW:
        ctx.manage(done.destination, chat)
        await ctx.reply(await _ready(ctx, rights, shared=done.shared))


def _new_chat(info: ChatFullInfo, person: Chat) -> Chat:
    """Return a chat with the language and zone of the person who sets it up; a known one keeps its own."""
    return Chat(info.id, info.type, person.language, person.timezone, title=(info.title or "")[:MAX_TITLE])


async def _reachable(ctx: Context, chat: Chat, rights: Sequence[Right]) -> Chat:
    """Reactivate a chat that the bot could not write to, if it can again; returns the chat."""
    if chat.state not in (ChatState.GONE, ChatState.PAUSED) or Right.POST in rights:
        return chat
    await start.reactivate_chat(ctx.database, chat.id, ctx.now)
    return (await load_chats(ctx.database, [chat.id]))[chat.id]


async def _ready(ctx: Context, rights: Sequence[Right], *, shared: bool = False) -> View:
    followed = await topics.followed_topics(ctx.database, ctx.chat.id, ctx.thread_id)
    curated = {one.curated for one in followed if one.curated}
    return views.ready(ctx.t, ctx.chat, curated, rights, ctx.bot.first_name, shared=shared)


async def on_added(ctx: Context, change: ChatMemberUpdated) -> None:
    """Offer the first topics of a chat to the person who added the bot there, in their private chat with the bot."""
    try:
        await _take_added(ctx, change)
    except TelegramError as error:  # removed meanwhile, or blocked by the person: the group is greeted anyway
        log.warning("set_up_failed", chat=change.chat.id, reason=type(error).__name__)


async def _take_added(ctx: Context, change: ChatMemberUpdated) -> None:
    person = (await load_chats(ctx.database, [change.from_user.id])).get(change.from_user.id)
    if person is None or person.state is ChatState.GONE:
        return
    info = await ctx.bot.get_chat(change.chat.id)
    rights = managing.lacking(change.new_chat_member, info)
    chat = _new_chat(info, person)
    if not may_manage(await ctx.bot.get_chat_member(chat.id, person.id), chat):
        return
    done = await service.set_up(ctx.database, chat, person.id, ctx.now)
    if done.new:  # else the answer to a choice from Telegram's list has offered them
        private = replace(ctx, chat=person, t=Translator(person.language), thread_id=0)
        private.manage(done.destination, done.chat)
        await private.reply(await _ready(private, rights, shared=done.shared))


async def show_card(ctx: Context) -> None:
    """Show the card of the managed chat."""
    destination = existing(ctx.managed)
    info, rights = await _inspect(ctx)
    found = await service.overview(ctx.database, destination, ctx.here.id)
    counts, forum = (found.topics, found.alerts), bool(info and info.is_forum)
    feeds, name = bool(ctx.services.settings.public_url), ctx.bot.first_name
    card = views.card(ctx.t, destination, ctx.chat, counts, rights, name, ctx.now, forum=forum, feeds=feeds)
    await ctx.edit_or_reply(card)


async def _inspect(ctx: Context) -> tuple[ChatFullInfo | None, tuple[Right, ...]]:
    """Return what Telegram says about the managed chat, and the rights that the bot lacks there."""
    try:
        info = await ctx.bot.get_chat(ctx.chat.id)
        return info, await managing.missing_rights(ctx, info)
    except TelegramError:
        return None, (Right.POST,)


async def set_topic(ctx: Context, slug: str, wanted: bool) -> None:
    """Begin or end one of the first topics."""
    existing(ctx.managed)
    await topics.set_topic(ctx.database, ctx.chat, ctx.thread_id, slug, ctx.now, wanted=wanted)
    await _show_ready(ctx)


async def follow_region(ctx: Context) -> None:
    """Follow all five countries of the region; a second press ends them."""
    existing(ctx.managed)
    followed = await topics.followed_topics(ctx.database, ctx.chat.id, ctx.thread_id)
    wanted = not set(views.REGION) <= {one.curated for one in followed}
    for slug in views.REGION:
        await topics.set_topic(ctx.database, ctx.chat, ctx.thread_id, slug, ctx.now, wanted=wanted)
    await _show_ready(ctx)


async def _show_ready(ctx: Context) -> None:
    _, rights = await _inspect(ctx)
    await ctx.edit_or_reply(await _ready(ctx, rights))


async def pause(ctx: Context) -> None:
    """Post nothing in the managed chat until it is resumed."""
    existing(ctx.managed)
    await start.stop_chat(ctx.database, ctx.chat.id, ctx.now)
    await _show_changed(ctx)


async def resume(ctx: Context) -> None:
    """Post in the managed chat again."""
    existing(ctx.managed)
    await start.reactivate_chat(ctx.database, ctx.chat.id, ctx.now)
    await _show_changed(ctx)


async def _show_changed(ctx: Context) -> None:
    ctx.apply((await load_chats(ctx.database, [ctx.chat.id]))[ctx.chat.id])
    await show_card(ctx)


async def ask_leave(ctx: Context) -> None:
    """Ask before the bot leaves the managed chat."""
    existing(ctx.managed)
    await ctx.edit_or_reply(views.leave(ctx.t))


async def leave(ctx: Context) -> None:
    """Delete all about the managed chat, then leave it."""
    existing(ctx.managed)
    chat = ctx.chat
    await forget_chat(ctx.database, chat.id)
    ctx.manage_nothing()
    with suppress(BadRequest, Forbidden):  # the bot was removed before
        await ctx.bot.leave_chat(chat.id)
    await ctx.edit_or_reply(views.left(ctx.t, chat.title))


COMMANDS = (Command("chats", show_chats, description_key="chats.command.chats"),)
BUTTONS = (
    on(actions.CHATS_LIST, show_chats),
    on(actions.CHATS_ADD, add),
    on(actions.CHATS_REMOVE, remove),
    on(actions.CHATS_ONE, show_card),
    on(actions.CHATS_TOPIC, set_topic),
    on(actions.CHATS_REGION, follow_region),
    on(actions.CHATS_PAUSE, pause),
    on(actions.CHATS_RESUME, resume),
    on(actions.CHATS_LEAVE, ask_leave),
    on(actions.CHATS_LEAVE_NOW, leave),
)
DEEP_LINKS = (("chats", follow_link),)
PROMPTS = ((PICK, read_name),)
