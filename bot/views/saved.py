"""Saved articles: the list to read later."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import Button, View, titled
from bot.views.news import PAGE_SIZE, origin
from bot.views.rate_text import moment


def listing(t: Translator, saved: Sequence[StoredArticle], total: int, page: int, zone: ZoneInfo) -> View:
    """Show a page of saved articles, each with a button that removes it."""
    if not saved:
        news = Button(t.plain("news.button_all"), data=actions.NEWS_ALL(0))
        return View(t("saved.empty"), ((news,),))
    first = page * PAGE_SIZE + 1
    lines = [t("saved.title", count=total)]
    for n, article in enumerate(saved, first):
        tail = [moment(article.listed_at, t, zone, "D"), origin(article)]
        lines.append(f"{n}. {titled(article)}\n{' · '.join(part for part in tail if part)}")
    out = tuple(
        Button(t.plain("saved.button_drop", number=n), data=actions.SAVED_DROP(article.id, page))
        for n, article in enumerate(saved, first)
    )
    paging = tuple(
        Button(sign, data=actions.SAVED_LIST(to))
        for sign, to, there in (("‹", page - 1, page > 0), ("›", page + 1, first - 1 + len(saved) < total))
        if there
    )
    return View("\n\n".join(lines), (out, *((paging,) if paging else ())))
