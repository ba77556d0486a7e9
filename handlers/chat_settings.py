"""The settings that only managed chats have: form of posts, review, copies, test posts, topics of a forum."""

from __future__ import annotations

from dataclasses import replace

from telegram import ChatMemberAdministrator
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.delivery.families import Family, family
from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.posts import MAX_SIGNATURE
from bot.domain.rights import Right
from bot.i18n import Translator
from bot.services import managing as service
from bot.services import reviews, shares
from bot.views import chat_actions as actions
from bot.views import chat_settings as views
from bot.views import chats as chat_views
from handlers import managing
from handlers.chats import show_card
from handlers.command import on
from handlers.context import Context, existing
from handlers.flood import retry_after_flood

# The prompt for the last line of each post.
SIGNATURE = "chats.signature"
# A refusal of Telegram that none of our texts explains is quoted, up to this length.
_REASON = 100


async def show_form(ctx: Context) -> None:
    """Show the form of the managed chat's posts."""
    existing(ctx.managed)
    await ctx.close_prompt(SIGNATURE)
    await ctx.edit_or_reply(views.form(ctx.t, ctx.chat.post_form))


async def set_part(ctx: Context, part: str, wanted: bool) -> None:
    """Show a part of each post, or leave it out."""
    existing(ctx.managed)
    form = ctx.chat.post_form
    changed = {"lead": replace(form, lead=wanted), "preview": replace(form, preview=wanted)}
    ctx.apply(await service.set_form(ctx.database, ctx.chat, changed.get(part) or replace(form, hashtags=wanted)))
    await show_form(ctx)


async def ask_signature(ctx: Context) -> None:
    """Ask for the last line of each post."""
    existing(ctx.managed)
    await ctx.prompt(SIGNATURE, views.sign(ctx.t))


async def read_signature(ctx: Context) -> None:
    """Store the typed line; one that is too long is asked for again."""
    existing(ctx.managed)
    if len(ctx.arguments) > MAX_SIGNATURE:
        await ctx.wait_for(SIGNATURE)
        raise InvalidInput("chats.long_signature", limit=MAX_SIGNATURE)
    await _sign(ctx, ctx.arguments)


async def remove_signature(ctx: Context) -> None:
    """End posts without a line of the chat's own."""
    existing(ctx.managed)
    await _sign(ctx, "")


async def _sign(ctx: Context, signature: str) -> None:
    form = replace(ctx.chat.post_form, signature=signature)
    ctx.apply(await service.set_form(ctx.database, ctx.chat, form))
    await show_form(ctx)


async def show_review(ctx: Context) -> None:
    """Show how posts are reviewed."""
    found = await service.overview(ctx.database, existing(ctx.managed), ctx.here.id)
    await ctx.edit_or_reply(views.review(ctx.t, ctx.chat.post_form, drafts=found.drafts))


async def set_hours(ctx: Context, hours: str) -> None:
    """Review posts for some hours at most; 0 switches the review off."""
    existing(ctx.managed)
    await _set_review(ctx, int(hours) or None, ctx.chat.post_form.unreviewed)


async def set_unreviewed(ctx: Context, posted: bool) -> None:
    """Post what nobody has reviewed in time, or drop it."""
    existing(ctx.managed)
    await _set_review(ctx, ctx.chat.post_form.review_hours, posted)


async def _set_review(ctx: Context, hours: int | None, unreviewed: bool) -> None:
    ctx.apply(existing(await reviews.set_review(ctx.database, ctx.chat.id, hours, unreviewed=unreviewed)))
    await show_review(ctx)


async def set_drafts(ctx: Context, wanted: bool) -> None:
    """Let the person get the drafts of the chat, or no more."""
    existing(ctx.managed)
    await reviews.set_reviewer(ctx.database, ctx.chat.id, ctx.here.id, reviews_posts=wanted)
    await show_review(ctx)


async def show_copy(ctx: Context, page: int) -> None:
    """Choose the chat whose setup is copied."""
    here = existing(ctx.managed)
    found = await service.managed_chats(ctx.database, ctx.here.id)
    others = [one.destination for one in found if one.destination.id != here.id]
    await ctx.edit_or_reply(views.copy(ctx.t, others, page))


async def ask_copy(ctx: Context, source_id: int) -> None:
    """Say what the copy changes, and ask whether to."""
    existing(ctx.managed)
    source = await _source(ctx, source_id)
    await ctx.edit_or_reply(views.copy_ask(ctx.t, source.destination))


async def copy(ctx: Context, source_id: int) -> None:
    """Copy the setup of a chat into the managed one, and report what is new."""
    existing(ctx.managed)
    source = await _source(ctx, source_id)
    taken = await shares.copy_setup(
        ctx.database, source.chat, source.destination.thread_id, ctx.chat, ctx.thread_id, ctx.now, ctx.services.matcher
    )
    ctx.apply(taken.chat)
    await ctx.edit_or_reply(views.copied(ctx.t, taken.new, taken.known, taken.problems))


async def _source(ctx: Context, source_id: int) -> service.Managed:
    """Return the chat of a button, if the person may manage that one too."""
    source = existing(await service.managed(ctx.database, source_id))
    await managing.need_manager(ctx, source.chat)
    return source


async def send_test(ctx: Context) -> None:
    """Send the newest article to the managed chat, marked as a test; a refusal is explained."""
    existing(ctx.managed)
    view = await service.test_post(ctx.database, ctx.chat, ctx.thread_id, ctx.now)
    if view is None:
        raise InvalidInput("chats.no_article")
    marked = views.marked(Translator(ctx.chat.language), view)
    try:
        number = await retry_after_flood(lambda: ctx.sender.send(ctx.chat.id, ctx.thread_id, marked))
    except (BadRequest, Forbidden) as error:
        raise await _explained(ctx, error) from None
    await ctx.edit_or_reply(views.tested(ctx.t, number))


async def _explained(ctx: Context, error: TelegramError) -> InvalidInput:
    """Return the explanation of a refused post or topic: the missing right, the missing topic, or Telegram's words."""
    match family(str(error)):
        case Family.TOPIC:
            return InvalidInput("chats.no_thread")
        case Family.RIGHTS | Family.BLOCKED | Family.NOT_FOUND:
            way = ctx.t.plain("chats.way_channel" if ctx.chat.channel else "chats.way_group", bot=ctx.bot.first_name)
            return InvalidInput("chats.cannot_post", rights=ctx.t.plain(f"chats.right_{Right.POST}"), way=way)
    return InvalidInput("chats.refused", reason=str(error)[:_REASON])


async def delete_test(ctx: Context, message_id: int) -> None:
    """Delete a test post. The button could name any message: only people who may delete others' messages press it."""
    existing(ctx.managed)
    member = await managing.need_manager(ctx, ctx.chat)
    if isinstance(member, ChatMemberAdministrator) and not member.can_delete_messages:
        raise NotAllowed("chats.no_delete")
    try:
        await ctx.bot.delete_message(ctx.chat.id, message_id)
    except (BadRequest, Forbidden):
        raise InvalidInput("chats.not_deleted") from None
    await ctx.edit_or_reply(views.test_deleted(ctx.t))


async def show_forum(ctx: Context) -> None:
    """Offer a topic of the forum for each curated topic."""
    found = await service.overview(ctx.database, existing(ctx.managed), ctx.here.id)
    await ctx.edit_or_reply(chat_views.forum(ctx.t, found.threads))


async def open_thread(ctx: Context, slug: str) -> None:
    """Create the topic of the forum for a curated topic, once; then show its card."""
    here = existing(ctx.managed)
    if await service.reserve_thread(ctx.database, ctx.chat.id, slug, ctx.now):
        name = Translator(ctx.chat.language).plain(f"topics.name.{slug}")
        try:
            created = await ctx.bot.create_forum_topic(ctx.chat.id, name)
        except (BadRequest, Forbidden) as error:
            await service.free_thread(ctx.database, ctx.chat.id, slug)
            raise await _not_created(ctx, error) from None
        thread = created.message_thread_id
        await service.open_thread(ctx.database, ctx.chat, slug, thread, name, ctx.now)
    found = await service.overview(ctx.database, here, ctx.here.id)
    destination = existing(next((one for one in found.threads if one.slug == slug), None))
    ctx.manage(destination, ctx.chat)
    await show_card(ctx)


async def _not_created(ctx: Context, error: TelegramError) -> InvalidInput:
    """Return the explanation why a topic of a forum cannot be created."""
    if "not a forum" in str(error).casefold():
        return InvalidInput("chats.not_forum")
    if family(str(error)) is Family.RIGHTS:
        way = ctx.t.plain("chats.way_group", bot=ctx.bot.first_name)
        return InvalidInput("chats.missing", rights=ctx.t.plain(f"chats.right_{Right.TOPICS}"), way=way)
    return InvalidInput("chats.refused", reason=str(error)[:_REASON])


async def drop_thread(ctx: Context) -> None:
    """Post no more in a topic of the forum; Telegram's topic stays."""
    destination = existing(ctx.managed)
    if destination.thread_id:
        await service.forget_thread(ctx.database, destination)
        ctx.manage_nothing()
        await ctx.edit_or_reply(chat_views.dropped(ctx.t))


BUTTONS = (
    on(actions.CHATS_FORM, show_form),
    on(actions.CHATS_SHOW, set_part),
    on(actions.CHATS_SIGN, ask_signature),
    on(actions.CHATS_UNSIGN, remove_signature),
    on(actions.CHATS_REVIEW, show_review),
    on(actions.CHATS_HOURS, set_hours),
    on(actions.CHATS_UNREVIEWED, set_unreviewed),
    on(actions.CHATS_DRAFTS, set_drafts),
    on(actions.CHATS_COPY, show_copy),
    on(actions.CHATS_COPY_ASK, ask_copy),
    on(actions.CHATS_COPY_NOW, copy),
    on(actions.CHATS_TEST, send_test),
    on(actions.CHATS_TEST_DELETE, delete_test),
    on(actions.CHATS_FORUM, show_forum),
    on(actions.CHATS_THREAD, open_thread),
    on(actions.CHATS_THREAD_DROP, drop_thread),
)
PROMPTS = ((SIGNATURE, read_signature),)
