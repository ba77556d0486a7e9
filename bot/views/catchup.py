"""Messages about a gap: after a downtime of the bot, and after a person's absence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.alerts import Alert
from bot.domain.articles import StoredArticle
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.alerts import describe
from bot.views.message import Button, View, link, shorten
from bot.views.news import LONGEST_HEADLINE
from bot.views.rate_text import moment

# The newest few are listed; the rest is counted.
SHOWN = 5

# An alert in a list: its time (UTC) and its text.
AlertRule = tuple[dt.datetime, Html]


def missed(
    t: Translator,
    lines: Sequence[AlertRule],
    more: int,
    zone: ZoneInfo,
    *,
    repeat: bool = False,
    in_channel: bool = False,
) -> View:
    """List what came too late to be sent separately, newest first, and how many `more` there were.

    `in_channel`: the readers do not talk with the bot.
    """
    text = [t("posts.missed" if in_channel else "catchup.missed"), *_listed(t, lines, more, zone)]
    if repeat:
        text.append(t("alerts.repeat"))
    return View("\n".join(text), (_further(t),))


def offer(t: Translator, found: int, alerts: int, since: dt.datetime, zone: ZoneInfo) -> View:
    """Offer a summary of a person's absence, once."""
    text = t("catchup.offer", since=moment(since, t, zone), articles=found, alerts=alerts)
    buttons = (
        Button(t.plain("catchup.button_show"), data=actions.AWAY_SHOW(since), style="primary"),
        Button(t.plain("catchup.button_not_now"), data=actions.AWAY_LEAVE()),
    )
    return View(text, (buttons,))


def away(
    t: Translator,
    found: Sequence[StoredArticle],
    more_articles: int,
    crossed: Sequence[Alert],
    zone: ZoneInfo,
) -> View:
    """Summarize an absence: the newest articles and how many `more_articles`, and the alerts that fired."""
    text: list[str] = []
    if found:
        text.append(t("catchup.articles"))
        listed = [(article.listed_at, link(shorten(article.title, LONGEST_HEADLINE), article.url)) for article in found]
        text += _listed(t, listed, more_articles, zone)
    if crossed:
        text.append(t("catchup.alerts"))
        alerted = [(one.last_fired_at, describe(t, one.rule)) for one in crossed[:SHOWN] if one.last_fired_at]
        text += _listed(t, alerted, len(crossed) - len(alerted), zone)
    return View("\n".join(text or [t("catchup.nothing")]), (_further(t),))


def _listed(t: Translator, lines: Sequence[AlertRule], more: int, zone: ZoneInfo) -> list[str]:
    listed: list[str] = [f"• {moment(at, t, zone)} {text}" for at, text in lines]
    return [*listed, t("catchup.more", more=more)] if more else listed


def _further(t: Translator) -> tuple[Button, ...]:
    return (
        Button(t.plain("news.button_mine"), data=actions.NEWS_MINE(0)),
        Button(t.plain("alerts.button_list"), data=actions.ALERTS_LIST(0)),
    )
