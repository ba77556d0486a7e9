"""Routing: the handler of a command, a sentence, a link or a button, and the rights that it needs."""

from __future__ import annotations

from telegram import CallbackQuery, Update

from bot.domain import links
from bot.domain.errors import ExpiredButton, NotAllowed
from bot.domain.intents import Intent, IntentKind, WhichCurrency, understand
from bot.domain.typed import Typed
from bot.domain.vocabulary import is_switch
from bot.views import buttons, dialogue
from bot.views.actions import REACTIVATING, START_RESUME, TOPICS_SET
from bot.views.buttons import Access, destination_of, parse_data
from bot.views.message import View, plain_text
from handlers import alert_creation, keyboard, managing, start, which
from handlers import help as help_
from handlers.command import Command, LinkHandler
from handlers.context import Context
from handlers.features import BUTTONS, BY_NAME, DEEP_LINKS, INTENTS, PROMPTS, command_named
from handlers.incoming import is_reply_to_bot
from handlers.private_links import ALERT, private_link

# Intents that are never the answer to an open prompt.
_INTERRUPTING = frozenset(
    {
        IntentKind.RATES,
        IntentKind.CHART,
        IntentKind.HISTORY,
        IntentKind.HELP,
        IntentKind.MENU,
        IntentKind.GREETING,
        IntentKind.THANKS,
    }
)
# Intents whose features explain themselves why one cannot be done: an unknown currency.
_EXPLAINED = (IntentKind.ALERT, IntentKind.RATE)
# Features whose prompts ask for messages: the level of an alert, the time of the digest.
_ASKING = ("alerts", "digest")
# Prompts whose answer is a text of any kind, whatever it would ask for as a sentence.
_FREE_TEXT = ("review.lead", "chats.signature")
# Intents of replies between the members of a group about a message of the bot: no requests.
_CHATTER = frozenset({IntentKind.SEARCH, IntentKind.NUMBER, IntentKind.GREETING, IntentKind.UNKNOWN})
# The commands that show the screen of a feature, by the first part of its buttons' data, where the names differ.
_SCREENS = {
    "charts": "chart",
    "article": "news",
    "menu": "help",
    "keyboard": "settings",
    "start": "settings",
    "broadcast": "",
}


async def on_text(ctx: Context, typed: Typed) -> None:
    """Answer a message; where a word in it has two meanings, ask which one is meant."""
    try:
        await on_request(ctx, typed)
    except WhichCurrency as question:
        if ctx.answered_prompt:
            await ctx.wait_for(ctx.answered_prompt)
        await which.ask(ctx, question.codes, typed.text)
    await _finish(ctx)


async def on_request(ctx: Context, typed: Typed) -> None:
    """Answer a command, a key of the reply keyboard, the answer to a prompt, or a sentence.

    WhichCurrency if a word for money has several meanings in it.
    """
    command = command_named(typed.command, ctx.chat.language)
    if typed.command is not None and (command or not typed.loose or ctx.chat.private):
        if typed.is_for(ctx.bot.username or ""):
            await _on_command(ctx, typed, command)
    elif ctx.chat.private and (key := keyboard.KEYS.get(typed.text)):
        await _on_command(ctx, typed, BY_NAME[key])
    else:
        await _on_sentence(ctx, typed)


async def _on_sentence(ctx: Context, typed: Typed) -> None:
    """Answer text without a command. In a group only if it is the answer to a prompt, or meant for this bot."""
    ctx.arguments = typed.text
    prompt = _open_prompt(ctx) or (ctx.earlier.prompt if ctx.earlier else None) or ""
    key, _, destination = prompt.partition(" ")[0].partition("@")
    handler = PROMPTS.get(key) if typed.text else None
    replied = not ctx.chat.private and not typed.mentioned
    if replied and handler is None and not (is_reply_to_bot(ctx, ctx.message) and not _is_another_s_prompt(ctx)):
        return
    intent = _understood(ctx, typed.text, prompt, ctx.som)
    likeliest = _understood(ctx, typed.text, prompt, intent.meanings[0]) if intent.meanings else intent
    if handler is not None and not _interrupts(likeliest, prompt):
        if destination:
            await ctx.close_prompt()  # whatever the answer: a chat out of reach would take the following texts, too
            await managing.manage(ctx, int(destination))
        if await ctx.may_change():
            ctx.answered_prompt = prompt
            ctx.asks_for_messages = prompt.partition(".")[0] in _ASKING and not destination
            await ctx.close_prompt()
            await handler(ctx)
    elif not typed.text:
        if typed.mentioned:
            await help_.menu(ctx, intent)
        elif ctx.chat.private:
            await help_.unreadable(ctx)
    elif not (replied and intent.kind in _CHATTER):
        await on_intent(ctx, intent)


def _understood(ctx: Context, text: str, prompt: str, som: str) -> Intent:
    today, chat = ctx.now.astimezone(ctx.zone).date(), ctx.chat
    zone = chat.timezone
    return understand(text, chat.language, chat.currencies, prompt or None, today, timezone=zone, som=som)


async def on_intent(ctx: Context, intent: Intent) -> None:
    """Do what a sentence asks for, with a line about corrected words; InvalidInput for what cannot be done."""
    if intent.corrections:
        ctx.notes.append(dialogue.corrected(intent.corrections))
    if intent.problem is not None and intent.kind not in _EXPLAINED:
        raise intent.problem
    if (command := BY_NAME.get(intent.command)) is not None:
        await _on_command(ctx, Typed(intent.text, arguments=intent.query), command)
        return
    if intent.kind is IntentKind.ALERT:
        await _need_rights(ctx, Access.ADMINS, ALERT, intent.text)
        ctx.asks_for_messages = intent.alert is not None
    await INTENTS.get(intent.kind, help_.unknown)(ctx, intent)


def _interrupts(intent: Intent, prompt: str) -> bool:
    """Return whether a sentence is clearly no answer to an open prompt: it is done, and the prompt stays open."""
    if intent.problem is not None or prompt.startswith(_FREE_TEXT):
        return False
    if intent.kind is IntentKind.ALERT:
        return not prompt.startswith(alert_creation.PROMPT) and intent.alert is not None and intent.alert.complete
    if intent.kind is IntentKind.NEWS:
        return not intent.query
    return intent.kind in _INTERRUPTING or (intent.kind is IntentKind.CONVERT and len(intent.currencies) > 1)


def _open_prompt(ctx: Context) -> str | None:
    """Return the open prompt of this person: in a group another one's text is no answer."""
    until, asked = ctx.chat.awaiting_until, ctx.chat.awaiting_from
    return ctx.chat.awaiting if until and ctx.now < until and asked in (None, ctx.user_id) else None


def _is_another_s_prompt(ctx: Context) -> bool:
    """Return whether the message replies to a question that the bot asked somebody else by a mention."""
    original = ctx.message.reply_to_message if ctx.message else None
    users = [entity.user for entity in original.entities if entity.user] if original else []
    return any(user.id != ctx.user_id for user in users)


async def _on_command(ctx: Context, typed: Typed, command: Command | None) -> None:
    ctx.arguments = typed.arguments
    if command is not None and command.secret and ctx.chat.private and not ctx.operator:
        command = None
    if ctx.chat.awaiting and await ctx.may_change():
        await ctx.close_prompt()
    if command is None:
        if ctx.chat.private:
            await help_.no_command(ctx, typed.command or "")
        return
    if command.operators:
        await _need_rights(ctx, Access.OPERATORS)
    if command.name == links.START and (link := DEEP_LINKS.get(ctx.arguments.partition("_")[0])):
        await _follow(ctx, link)
        return
    words = ctx.arguments.casefold()
    if command.changes and words not in command.reads:
        await _need_rights(ctx, Access.ADMINS, command.name, ctx.arguments)
    ctx.asks_for_messages = command.reactivates and words not in ("", *command.reads) and not is_switch(words, on=False)
    await command.handler(ctx)


async def _follow(ctx: Context, link: LinkHandler) -> None:
    """Call the handler of a link into the bot's chat; following one reactivates the chat."""
    await _need_rights(ctx, Access.ADMINS)
    ctx.asks_for_messages = True
    await link(ctx, ctx.arguments.partition("_")[2])


async def on_button(ctx: Context, query: CallbackQuery) -> None:
    """Answer a pressed button, if the person may press it. One that has expired shows the screen of its feature."""
    data = query.data or ""
    try:
        if (destination := destination_of(data)) is not None:
            await managing.manage(ctx, destination)
        action, values = parse_data(data)
        await _need_rights(ctx, action.access)
        wanted = not (action is TOPICS_SET and not values[-1])
        # A managed chat that is paused stays so while it is set up.
        wanted = wanted and (ctx.managed is None or action is START_RESUME)
        ctx.asks_for_messages = action in REACTIVATING and wanted
        await BUTTONS[action](ctx, *values)
    except ExpiredButton:
        await _show_current(ctx, data)
    await _finish(ctx)
    await ctx.answer_callback("")


async def _show_current(ctx: Context, data: str) -> None:
    """Show the current screen of the feature of an expired button; ExpiredButton if it has none."""
    ctx.asks_for_messages = False
    feature = data.partition(":")[2].partition(":")[0]
    if ctx.managed is None and buttons.is_about_destination(data):
        feature = "chats"
    command = BY_NAME.get(_SCREENS.get(feature, feature))
    operators_only = command is not None and command.operators and not ctx.is_operator
    if command is None or operators_only or (command.changes and "" not in command.reads):
        raise ExpiredButton
    await ctx.answer_callback(ctx.t.plain("common.fresh_screen"))
    ctx.arguments = ""
    await command.handler(ctx)


async def _finish(ctx: Context) -> None:
    """Send what an answer left over: notes that stand above no message, the keyboard of another language, an offer."""
    if ctx.asks_for_messages:
        await ctx.reactivate()
    if ctx.notes and ctx.callback_query:  # the handler has only changed buttons
        await ctx.answer_callback(plain_text("\n".join(ctx.notes)))
        ctx.notes.clear()
    elif ctx.notes:
        text, ctx.notes = "\n".join(ctx.notes), []
        await ctx.reply(View(text))
    await keyboard.renew(ctx)
    await start.offer(ctx, ctx.away_since)


async def _need_rights(ctx: Context, access: Access, command: str = "", words: str = "") -> None:
    """Raise NotAllowed for a person without a right, with a link that does in private what a command asks for."""
    if access is Access.OPERATORS and not ctx.is_operator:
        raise NotAllowed("common.operators_only")
    if access is Access.ADMINS and not await ctx.may_change():
        raise NotAllowed("common.admins_only", await private_link(ctx, command, words))


def kind_of(update: Update, typed: Typed | None) -> str:
    """Return the label that an update is counted under; the library checks no types, so any field may be wrong."""
    try:
        return _known_kind(update, typed)
    except (AttributeError, TypeError, IndexError):
        return "other"


def _known_kind(update: Update, typed: Typed | None) -> str:
    """Return the command, the feature of the button, or the kind of the update."""
    if update.callback_query:
        try:
            return f"button {parse_data(update.callback_query.data or '')[0].name.partition(':')[0]}"
        except ExpiredButton:
            return "button unknown"
    if typed and typed.command is not None:
        command = command_named(typed.command)
        return f"/{command.name}" if command else "/unknown"
    return "words" if typed and typed.text else "membership" if update.my_chat_member else "other"
