"""The settings of a managed chat that other chats do not have: the form of its posts, review, copies, test posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.articles import clean_text
from bot.domain.chats import Destination
from bot.domain.errors import InvalidInput
from bot.domain.posts import MAX_SIGNATURE, REVIEW_HOURS, PostForm
from bot.i18n import Html, Translator
from bot.views import chat_actions
from bot.views.chats import PAGE_SIZE, back
from bot.views.errors import invalid_input
from bot.views.message import Button, View, rows, shorten
from bot.views.paging import turner

_NAME_LENGTH = 35
# Different reasons why parts were not copied; one for each of fifty alerts would fill the screen.
_PROBLEMS = 3


def _ticked(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def form(t: Translator, shown: PostForm) -> View:
    """Show the form of a chat's posts, a button for each part."""
    text = [t("chats.form")]
    if shown.signature:
        text.append(t("chats.signature", signature=clean_text(shown.signature)))
    parts = (
        Button(_ticked(t.plain(f"chats.part_{part}"), wanted), data=chat_actions.CHATS_SHOW(part, not wanted))
        for part in chat_actions.POST_PARTS
        for wanted in [bool(getattr(shown, part))]
    )
    sign = Button(t.plain("chats.button_sign"), data=chat_actions.CHATS_SIGN())
    unsign = (Button(t.plain("chats.button_unsign"), data=chat_actions.CHATS_UNSIGN()),) if shown.signature else ()
    return View("\n".join(text), (*rows(parts, 2), (sign, *unsign), back(t)))


def sign(t: Translator) -> View:
    """Ask for the signature."""
    return View(t("chats.sign", limit=MAX_SIGNATURE), (back(t),))


def review(t: Translator, shown: PostForm, *, drafts: bool) -> View:
    """Show how posts are reviewed; `drafts`: this person gets the drafts."""
    chosen = str(shown.review_hours or 0)
    hours = [
        Button(
            _ticked(t.plain("chats.hours", hours=one) if one != "0" else t.plain("chats.hours_off"), one == chosen),
            data=chat_actions.CHATS_HOURS(one),
        )
        for one in ("0", *map(str, REVIEW_HOURS))
    ]
    buttons = [*rows(hours, 4)]
    if shown.review_hours is not None:
        after = (
            Button(
                _ticked(
                    t.plain("chats.unreviewed_post" if posted else "chats.unreviewed_drop"), posted is shown.unreviewed
                ),
                data=chat_actions.CHATS_UNREVIEWED(posted),
            )
            for posted in (True, False)
        )
        mine = Button(_ticked(t.plain("chats.button_drafts"), drafts), data=chat_actions.CHATS_DRAFTS(not drafts))
        buttons += [tuple(after), (mine,)]
    return View(t("chats.review"), (*buttons, back(t)))


def copy(t: Translator, others: Sequence[Destination], page: int = 0) -> View:
    """Choose the chat whose setup is copied, ten a page."""
    if not others:
        return View(t("chats.copy_none"), (back(t),))
    pages = (len(others) - 1) // PAGE_SIZE + 1
    page = min(page, pages - 1)
    buttons = (
        Button(shorten(clean_text(one.label), _NAME_LENGTH) or "…", data=chat_actions.CHATS_COPY_ASK(one.id))
        for one in others[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    )
    turning = turner(page, chat_actions.CHATS_COPY, more=page < pages - 1, pages=pages)
    return View(t("chats.copy"), (*rows(buttons, 1), *turning, back(t)))


def copy_ask(t: Translator, source: Destination) -> View:
    """Say what a copy changes, and ask whether to."""
    yes = Button(t.plain("chats.button_copy_now"), data=chat_actions.CHATS_COPY_NOW(source.id), style="primary")
    title = shorten(clean_text(source.label), _NAME_LENGTH)
    return View(t("chats.copy_ask", title=title), ((*back(t), yes),))


def copied(t: Translator, new: int, known: int, problems: Sequence[InvalidInput]) -> View:
    """Report what was copied: the numbers of new and known topics and alerts, and why others were not."""
    text = [t("chats.copied", new=new, known=known)]
    text += [f"• {invalid_input(t, one).text}" for one in problems[:_PROBLEMS]]
    return View("\n".join(text), (back(t),))


def marked(t: Translator, view: View) -> View:
    """Return a test post: the post, marked as a test, without buttons."""
    return replace(view, text=Html(f"<i>{t('chats.test_mark')}</i>\n{view.text}"), buttons=())


def tested(t: Translator, message_id: int) -> View:
    """Confirm a test post, with a button that deletes it."""
    delete = Button(t.plain("chats.button_test_delete"), data=chat_actions.CHATS_TEST_DELETE(message_id))
    return View(t("chats.tested"), ((*back(t), delete),))


def test_deleted(t: Translator) -> View:
    """Confirm that a test post is deleted."""
    return View(t("chats.test_deleted"), (back(t),))
