"""The languages of the articles that a chat gets. Pure."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.chats import Chat


def written(language: str) -> str:
    """Return the language of sources for a chat's language: Uzbek in either alphabet is one language."""
    return language.partition("_")[0]


def chosen(chat: Chat) -> tuple[str, ...]:
    """Return the languages that a chat reads: the chosen ones, or the language of the chat."""
    return chat.news_languages or (written(chat.language),)


def languages_read(chat: Chat, available: Collection[str]) -> tuple[str, ...] | None:
    """Return the languages of the articles that a chat gets; None for all of them.

    `available` are the languages of the sources that are read. A chat gets all articles where no source writes in any
    of its languages: news in another language is more than none.
    """
    languages = chosen(chat)
    return languages if set(languages) & set(available) else None


def toggled(chat: Chat, language: str, *, on: bool) -> tuple[str, ...]:
    """Return the stored choice after one language was added or removed; empty: the language of the chat."""
    languages = {*chosen(chat), language} if on else set(chosen(chat)) - {language}
    return () if languages <= {written(chat.language)} else tuple(sorted(languages))
