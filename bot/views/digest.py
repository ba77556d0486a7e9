"""The daily digest: the changes of rates since the last one, and the articles of a chat's topics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.own_rates import OwnRate
from bot.domain.rate_graph import ResolvedRate
from bot.domain.rates import Rate
from bot.domain.times import clock
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import Button, View, rows
from bot.views.news import headline_from
from bot.views.own import own_buttons, own_lines
from bot.views.rate_text import change, day, rate_text
from bot.views.rates import provenance

# Ten headlines with their links stay far below 4,096 characters and 100 entities.
MAX_ARTICLES = 10
# The longest true headline of 129 seen has 171 characters; ten longer ones would not fit beside the rates.
LONGEST_HEADLINE = 180
HOURS = (7, 8, 9, 12, 18, 21)


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A rate now (USD as the base), and at the time of the last digest if there was one."""

    now: ResolvedRate
    then: Rate | None


@dataclass(frozen=True, slots=True)
class DigestContent:
    """The content of a digest of a local date: rates, articles, and whether these are of the chat's own topics.

    `own` are the rates of its own currencies.

    `late` is the minute of the day at which it was due, if it is late.
    """

    date: dt.date
    lines: Sequence[DigestLine]
    articles: Sequence[StoredArticle]
    has_topics: bool
    late: int | None
    own: Sequence[OwnRate] = ()


def digest(t: Translator, content: DigestContent, now: dt.datetime, zone: ZoneInfo) -> View:
    """Return the message of a digest: its lines and up to ten articles."""
    lines, found, date = content.lines, content.articles, content.date
    text = [t("digest.title", day=day(date, t))]
    if content.late is not None:
        text.append(t("digest.late", day=day(date, t), time=clock(content.late)))
    text += own_lines(t, content.own)
    if lines:
        cells = [(x.now.rate.pair.quote, rate_text(t, x.now.rate), change(t, x.then, x.now.rate)) for x in lines]
        widths = [max(len(row[n]) for row in cells) for n in range(3)]
        drawn = (f"{a:<{widths[0]}} {b:>{widths[1]}} {c:>{widths[2]}}" for a, b, c in cells)
        text += [
            t("digest.rates"),
            "<pre>" + "\n".join(drawn) + "</pre>",
            *provenance(t, [line.now for line in lines], now, zone),
        ]
    else:
        text.append(t("rates.none"))
    if found:
        text.append("\n" + t("digest.articles" if content.has_topics else "digest.newest"))
        text += [f"• {headline_from(article, LONGEST_HEADLINE)}" for article in found[:MAX_ARTICLES]]
    else:
        text.append("\n" + t("digest.no_articles"))
    if not content.has_topics:
        text.append("\n" + t("digest.hint"))
    buttons = (
        Button(t.plain("digest.button_news"), data=(actions.NEWS_MINE if content.has_topics else actions.NEWS_ALL)(0)),
        Button(t.plain("digest.button_hour"), data=actions.DIGEST_CHOOSE()),
    )
    return View("\n".join(text), (*(own_buttons(t, content.own[0]) if content.own else ()), buttons))


def choose(t: Translator, digest_at: int | None) -> View:
    """Choose the hour of the digest."""
    hours = (
        Button(("✓ " if digest_at == hour * 60 else "") + clock(hour * 60), data=actions.DIGEST_AT(hour * 60))
        for hour in HOURS
    )
    last = (
        Button(t.plain("digest.button_now"), data=actions.DIGEST_NOW()),
        Button(t.plain("digest.button_off"), data=actions.DIGEST_OFF()),
    )
    state = t("digest.is_off") if digest_at is None else t("digest.is_at", time=clock(digest_at))
    return View(f"{state}\n{t('digest.choose')}", (*rows(hours, 3), last))


def set_to(t: Translator, digest_at: int | None, timezone: str) -> View:
    """Confirm the hour, or the end, of the digest."""
    if digest_at is None:
        return View(t("digest.off"))
    zone = Button(t.plain("settings.button_timezone"), data=actions.SETTINGS_TIMEZONE())
    now = Button(t.plain("digest.button_now"), data=actions.DIGEST_NOW())
    return View(t("digest.set", time=clock(digest_at), zone=timezone), ((now, zone),))
