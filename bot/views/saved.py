"""Saved articles: the list to read later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import Button, View, titled
from bot.views.news import PAGE_SIZE, numbers, origin, published
from bot.views.paging import turner


def listing(
    t: Translator, saved: Sequence[StoredArticle], total: int, page: int, zone: ZoneInfo, now: dt.datetime
) -> View:
    """Show a page of saved articles, each with buttons that open and remove it; `now` is UTC."""
    if not saved:
        news = Button(t.plain("news.button_all"), data=actions.NEWS_ALL(0))
        return View(t("saved.empty"), ((news,),))
    first = page * PAGE_SIZE + 1
    lines = [t("saved.title", count=total)]
    for n, article in enumerate(saved, first):
        lines.append(f"{n}. {titled(article)}\n{published(article, now, t, zone)} · {origin(article)}")
    lines.append(t("saved.numbers"))
    out = tuple(
        Button(t.plain("saved.button_drop", number=n), data=actions.SAVED_DROP(article.id, page))
        for n, article in enumerate(saved, first)
    )
    more = first - 1 + len(saved) < total
    turning = turner(page, actions.SAVED_LIST, more=more, pages=-(-total // PAGE_SIZE))
    return View("\n\n".join(lines), (numbers(saved, first), out, *turning))
