"""The languages of articles: those of their sources, for statements on articles and on chats."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.chats import Chat
from bot.domain.news_languages import languages_read
from storage.models import ArticleRow, ChatRow, SourceRow


async def available(connection: AsyncConnection) -> frozenset[str]:
    """Return the languages of the sources that are switched on and were read at least once."""
    on = func.coalesce(SourceRow.switched, SourceRow.enabled)
    statement = select(SourceRow.language).where(on, SourceRow.last_ok_at.is_not(None))
    return frozenset(row.language for row in await connection.execute(statement.distinct()) if row.language)


async def read_by(connection: AsyncConnection, chat: Chat) -> tuple[str, ...] | None:
    """Return the languages of the articles that a chat gets; None for all of them."""
    return languages_read(chat, await available(connection))


def written_in(languages: Collection[str] | None) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an article is in one of some languages; none for all of them.

    An article whose language is unknown is in all of them.
    """
    if languages is None:
        return ()
    source = aliased(SourceRow)  # of its own: a statement may join the sources as well
    return (~exists().where(source.name == ArticleRow.source, source.language.not_in(languages)),)


def reads(language: str | None, others: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a chat gets articles in a language (None: unknown), as `languages_read` decides.

    `others` are the other available languages. Without them every chat gets every article, at no cost.
    """
    if language is None or not others:
        return ()
    own = func.replace(ChatRow.language, "_cyrl", "")  # as `bot.domain.news_languages.written`
    languages = case((ChatRow.news_languages == "", own), else_=ChatRow.news_languages)
    listed = literal(" ").concat(languages).concat(" ")
    none_of_others = and_(*(~listed.contains(f" {one} ") for one in sorted(others)))
    return (or_(listed.contains(f" {language} "), none_of_others),)
