"""The daily digest: the changes of rates since the last one, and the articles of a chat's topics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.offer_ranking import OfferRanking
from bot.domain.own_rates import OwnRate
from bot.domain.policy_rates import PolicyStanding
from bot.domain.rate_graph import ResolvedRate
from bot.domain.rates import Rate
from bot.domain.times import clock
from bot.i18n import Translator
from bot.views import actions, policy_rates, zones
from bot.views.message import Button, View, record, rows
from bot.views.news import LONGEST_HEADLINE, headline_from
from bot.views.offers import best_line
from bot.views.own import own_buttons, own_lines
from bot.views.rate_text import day
from bot.views.rates import cells, columns, provenance

# Ten headlines with their links stay far below 4,096 characters and 100 entities.
MAX_ARTICLES = 10
# The offered times, in minutes after midnight: half hours of the morning, and some of the day.
TIMES = (*range(6 * 60 + 30, 9 * 60 + 1, 30), 12 * 60, 18 * 60, 21 * 60)


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A rate now (USD as the base), and at the time of the last digest if there was one."""

    now: ResolvedRate
    then: Rate | None


@dataclass(frozen=True, slots=True)
class DigestContent:
    """The content of a digest of a local date: rates, and articles on the chat's topics (`on_topics`) or new ones.

    `own` are the rates of its own currencies. `late` is the minute of the day at which it was due, if it is late.
    `span` is the time that the changes of the rates cover; None: since the last digest. `in_channel`: the readers have
    not chosen the topics. `decisions` are the policy rates that are decided on this day or the next. `offers` are
    transfers, for own currencies that have an official table of them.
    """

    date: dt.date
    lines: Sequence[DigestLine]
    articles: Sequence[StoredArticle]
    has_topics: bool
    late: int | None
    own: Sequence[OwnRate] = ()
    on_topics: bool = False
    span: dt.timedelta | None = None
    in_channel: bool = False
    decisions: Sequence[PolicyStanding] = ()
    offers: OfferRanking | None = None


def digest(t: Translator, content: DigestContent, now: dt.datetime, zone: ZoneInfo) -> View:
    """Return the message of a digest: its lines and up to ten articles."""
    lines, found, date = content.lines, content.articles, content.date
    text = [t("digest.title", day=day(date, t))]
    if content.late is not None:
        text.append(t("digest.late", day=day(date, t), time=clock(content.late)))
    text += [*own_lines(t, content.own), *best_line(t, content.offers, zone, named=True)]
    if lines:
        head = ("", t.plain("rates.per_dollar_short"), t.plain("rates.change"))
        text += [
            _heading(t, content.span),
            columns(head, [cells(t, line.now, (line.then,), per_dollar=True) for line in lines]),
            *provenance(t, [line.now for line in lines], now, zone),
        ]
    else:
        text.append(t("rates.none"))
    text += policy_rates.coming(t, content.decisions, now, zone)
    text.append("")
    if content.has_topics and not content.on_topics and not content.in_channel:
        text.append(t("digest.no_articles"))
    if found:
        text.append(t("digest.articles" if content.on_topics and not content.in_channel else "digest.newest"))
        text += [f"• {headline_from(article, LONGEST_HEADLINE)}" for article in found[:MAX_ARTICLES]]
    if not content.has_topics and not content.in_channel:
        text.append("\n" + t("digest.hint"))
    buttons = (
        Button(t.plain("digest.button_news"), data=(actions.NEWS_MINE if content.has_topics else actions.NEWS_ALL)(0)),
        Button(t.plain("digest.button_time"), data=actions.DIGEST_CHOOSE()),
    )
    return record(View("\n".join(text), (*(own_buttons(t, content.own[0]) if content.own else ()), buttons)))


def _heading(t: Translator, span: dt.timedelta | None) -> str:
    if span is None:
        return t("digest.rates")
    return t("digest.rates_first") if span <= dt.timedelta(days=1) else t("digest.rates_days", days=span.days)


def choose(t: Translator, chat: Chat, now: dt.datetime) -> View:
    """Choose the times of the digests, ticked where they are chosen; `now` is UTC."""
    chosen = chat.digest_times
    buttons = (
        Button(("✓ " if time in chosen else "") + clock(time), data=actions.DIGEST_AT(time, time not in chosen))
        for time in sorted({*TIMES, *chosen})
    )
    other = (Button(t.plain("digest.button_other"), data=actions.DIGEST_TYPE()),)
    last = [Button(t.plain("digest.button_now"), data=actions.DIGEST_NOW())]
    if chosen:
        last.append(Button(t.plain("digest.button_off"), data=actions.DIGEST_OFF()))
    state = _every_day(t, chat, now) if chosen else t("digest.is_off")
    return View(f"{state}\n{t('digest.choose')}", (*rows(buttons, 3), other, tuple(last), _back(t)))


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t.plain("settings.button_back"), data=actions.SETTINGS_ALL()),)


def _every_day(t: Translator, chat: Chat, now: dt.datetime) -> str:
    """Return the times of the digests with the place whose time it is, and the present time there."""
    here = f"{now.astimezone(ZoneInfo(chat.timezone)):%H:%M}"
    times = ", ".join(map(clock, chat.digest_times))
    return t("digest.every_day", time=times, place=zones.city(chat.timezone, t.language), now=here)


def typing(t: Translator) -> View:
    """Ask for a typed time."""
    return View(t("digest.type"), ((Button(t.plain("digest.button_cancel"), data=actions.DIGEST_CHOOSE()),),))


def not_a_time(t: Translator) -> View:
    """Ask again after a text that is no time."""
    return View(f"{t('digest.not_a_time')}\n{t('digest.type')}", typing(t).buttons)


def set_to(t: Translator, chat: Chat, now: dt.datetime) -> View:
    """Confirm the times, or the end, of the digests; `now` is UTC."""
    if not chat.digest_times:
        return View(t("digest.off"), ((Button(t.plain("digest.button_on"), data=actions.DIGEST_CHOOSE()),),))
    change_time = Button(t.plain("digest.button_time"), data=actions.DIGEST_CHOOSE())
    zone = Button(t.plain("settings.button_timezone"), data=actions.SETTINGS_TIMEZONE())
    current = Button(t.plain("digest.button_now"), data=actions.DIGEST_NOW())
    return View(f"🗞 {_every_day(t, chat, now)}", ((current,), (change_time, zone)))
