"""The content of a digest, read when it is sent."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.delivery.offers import ranking_of
from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.events import DigestDue
from bot.domain.offer_ranking import SENT_HOME, OfferRanking, request_of, table_of
from bot.domain.offers import Channel
from bot.domain.own_rates import own_pairs
from bot.domain.policy_calendar import calendars
from bot.domain.policy_rates import PolicyStanding, standing
from bot.domain.rate_graph import RateGraph, currency_of
from bot.domain.times import DIGEST_LATE, at_local
from bot.i18n import Translator
from bot.views.digest import MAX_ARTICLES, DigestContent, DigestLine, digest
from bot.views.message import View
from storage import article_lists, news_languages, policy_rates, rates, topics
from storage.database import Connection
from storage.own_rates import own_rates

# The time that a first digest covers.
FIRST_DIGEST_SPAN = dt.timedelta(days=1)
# The longest time that a digest covers.
LONGEST_DIGEST_SPAN = dt.timedelta(days=3)
# The newest articles shown to those without topics, and to those whose topics have nothing new.
NEWEST = 5
NEWEST_BESIDE_TOPICS = 3


async def read_digest(
    connection: Connection, chat: Chat, date: dt.date, now: dt.datetime, minute: int | None = None
) -> DigestContent:
    """Return the digest of a local date for a chat: rates since its last one, articles that it was not sent.

    `minute` is the time of day at which it was due; None: it was requested now.
    """
    due = now if minute is None else at_local(date, minute, ZoneInfo(chat.timezone))
    since = max(chat.last_digest_at or now - FIRST_DIGEST_SPAN, now - LONGEST_DIGEST_SPAN)
    known = await rates.graph(connection, now)
    current = [line.resolved for line in await rates.rate_table(connection, now, known)]
    lines = [DigestLine(*line) for line in zip(current, await rates.rates_at(connection, current, since), strict=True)]
    has_topics = bool(await topics.count_of_chat(connection, chat.id))
    languages = await news_languages.read_by(connection, chat)
    on_its_topics: list[StoredArticle] = []
    if has_topics:
        on_its_topics = await article_lists.for_digest(connection, chat.id, since, MAX_ARTICLES, languages)
    number = NEWEST_BESIDE_TOPICS if has_topics else NEWEST
    return DigestContent(
        date,
        lines,
        on_its_topics
        or await article_lists.latest(
            connection, number, unmuted_by=chat.id, languages=languages, published_by=None if chat.private else chat.id
        ),
        has_topics,
        minute if now - due > DIGEST_LATE else None,
        on_topics=bool(on_its_topics),
        span=None if chat.last_digest_at == since else now - since,
        own=await own_rates(connection, known, own_pairs(chat.currencies), now) if chat.own_pair else (),
        in_channel=chat.channel,
        decisions=await _decisions(connection, chat, now),
        offers=await _transfer(connection, chat, known, now),
    )


async def _decisions(connection: Connection, chat: Chat, now: dt.datetime) -> list[PolicyStanding]:
    """Return the policy rates that are decided on this day or the next, of the currencies that a chat follows."""
    found, tomorrow = [], now.astimezone(ZoneInfo(chat.timezone)).date() + dt.timedelta(days=1)
    for bank, calendar in calendars().items():
        decision = calendar.next_decision(now)
        if decision is None or decision.at.astimezone(ZoneInfo(chat.timezone)).date() > tomorrow:
            continue
        if await policy_rates.followed(connection, chat.id, (currency_of(bank),)):
            found.append(standing(bank, await policy_rates.of_bank(connection, bank), now))
    return [one for one in found if one is not None]


async def _transfer(connection: Connection, chat: Chat, known: RateGraph, now: dt.datetime) -> OfferRanking | None:
    """Return the transfers for a person who sends rubles and somoni home; None for others."""
    own = chat.own_pair
    if own is None or table_of(own) != SENT_HOME:
        return None
    wanted = request_of((own.base, own.quote), Channel.TRANSFER)
    return await ranking_of(connection, wanted, known, now)


async def compose(connection: Connection, chat: Chat, event: DigestDue, now: dt.datetime) -> View:
    """Return the message of a digest that is due."""
    content = await read_digest(connection, chat, event.date, now, event.minute)
    return digest(Translator(chat.language), content, now, ZoneInfo(chat.timezone))
