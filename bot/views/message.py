"""The value that every view returns: a text in Telegram HTML and the buttons under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import TypeAlias
from urllib.parse import urlsplit

from bot.domain.articles import StoredArticle, clean_text
from bot.domain.chats import Destination
from bot.i18n import Html
from bot.views.buttons import for_destination, is_under_record, under_record

# Telegram's limit on a text, in UTF-16 units after entity parsing (Bot API, sendMessage).
MAX_TEXT = 4096
# The name of a chat on the button that leads back to it: a row of its own on a narrow phone, with the sign before it.
_BACK_LENGTH = 34
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Button:
    """A button: exactly one of `data` (sent when it is pressed), `url`, `copy` (text to copy) and `share`.

    `share` is the inline query that the person's app begins in a chat of their choice.
    """

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    share: str | None = None
    style: str | None = None  # primary, success or danger


Rows: TypeAlias = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class ChatKey:
    """A key of the reply keyboard that lets a person choose one of the channels (or else groups) that they manage."""

    label: str
    channel: bool


@dataclass(frozen=True, slots=True)
class View:
    """One message: HTML text, rows of buttons, and the link to preview (None: no preview).

    `keyboard` are the keys of the reply keyboard, which a message without buttons shows in a private chat: labels, and
    keys that open Telegram's list of chats. Empty: the message removes it, None: it stays as it is.
    """

    text: str
    buttons: Rows = ()
    preview_url: str | None = None
    keyboard: tuple[tuple[str | ChatKey, ...], ...] | None = None


def capital(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]


def record(view: View) -> View:
    """Return a view that its buttons never overwrite: their answers are new messages (bot/views/buttons.py)."""
    return replace(view, buttons=_with_data(view.buttons, under_record))


def managing(view: View, destination: Destination, card: str) -> View:
    """Return a view in a private chat that is about a managed chat: its name above the text, its id in each button.

    A row leads back to the chat's card, which the callback data `card` opens; screens of the card's own feature have
    their ways back.
    """
    label = clean_text(destination.label) or "…"
    data = [one.data for row in view.buttons for one in row if one.data]
    inside = any(one.startswith(card.rpartition(":")[0]) for one in data)
    if any(map(is_under_record, data)):
        card = under_record(card)
    back = () if inside else ((Button(f"‹ {shorten(label, _BACK_LENGTH)}", data=card),),)
    name = f"<b>📢 {escape(label, quote=False)}</b>"
    buttons = about_destination((*view.buttons, *back), destination)
    return replace(view, text=Html(f"{name}\n{view.text}"), buttons=buttons, keyboard=None)


def about_destination(buttons: Rows, destination: Destination) -> Rows:
    """Return buttons that act on a destination."""
    return _with_data(buttons, lambda data: for_destination(data, destination.id))


def _with_data(buttons: Rows, change: Callable[[str], str]) -> Rows:
    return tuple(
        tuple(replace(button, data=change(button.data)) if button.data else button for button in row) for row in buttons
    )


def rows(buttons: Iterable[Button], width: int) -> Rows:
    """Lay buttons out in rows of a width."""
    listed = list(buttons)
    return tuple(tuple(listed[start : start + width]) for start in range(0, len(listed), width))


def safe_url(url: str | None) -> str | None:
    """Return the link if it is plain http(s) with a host, else None."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def link(title: str, url: str | None) -> Html:
    """Return a headline as a link, or as bold text where there is no safe link; outside text is cleaned."""
    text = escape(clean_text(title), quote=False)
    safe = safe_url(url)
    return Html(f'<a href="{escape(safe)}">{text}</a>' if safe else f"<b>{text}</b>")


def mention(user_id: int, name: str) -> Html:
    """Return a person's name as a mention, so that their app notifies them of the message."""
    return Html(f'<a href="tg://user?id={user_id}">{escape(clean_text(name), quote=False) or "👤"}</a>')


def addressed(view: View, user_id: int, name: str) -> View:
    """Return a view that begins with a mention of a person and goes on in small letters: "Ann, type …"."""
    begin = view.text[:1].lower() if view.text[1:2].islower() else view.text[:1]
    return replace(view, text=Html(f"{mention(user_id, name)}, {begin}{view.text[1:]}"))


def titled(article: StoredArticle, length: int | None = None) -> Html:
    """Return an article's headline as all views show it: linked, and struck through if the article was withdrawn."""
    linked = link(shorten(article.title, length) if length else article.title, article.url)
    return Html(f"<s>{linked}</s>") if article.withdrawn else linked


def shorten(text: str, length: int) -> str:
    """Return at most `length` characters, cut at a word's end with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[:length].rsplit(" ", 1)[0] if " " in text[:length] else text[: length - 1]
    return cut.rstrip(" ,;:-–—") + "…"


def plain_text(html: str) -> str:
    """Return the text of Telegram HTML without its tags."""
    return unescape(_TAG.sub("", html))
