"""Shared setups: an alert, a topic or all rules of a chat as a link, and what a link sets up in another chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import links
from bot.domain.alerts import Alert, AlertRequest, AlertState, WhichCurrency, resolve_request
from bot.domain.chats import Chat
from bot.domain.errors import InvalidInput
from bot.domain.rates import Pair
from bot.domain.shares import Setup, SharedAlert, SharedTopic, ShareKind, expires_on, shared_form, with_form
from bot.domain.topics import parse
from bot.domain.topics.curated import TOPICS, query_of
from bot.domain.topics.subscription import LEVELS, FollowedTopic
from bot.ingest.markets import graph_with_markets
from bot.ingest.matching import Matcher
from bot.services.alerts import Created, IfMet, create_alert
from bot.services.chats import save_chat
from bot.services.settings import set_digests
from bot.services.topics import find_topic, follow_topic, followed_topics
from storage import alerts, shares
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Shared:
    """A stored setup, the parameter of the link that sets it up, and the day (UTC) with which the link expires."""

    setup: Setup
    parameter: str
    expires_on: dt.date


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome of a setup: the chat as it is now, and how many of the parts are new and how many it had already.

    `problems` are the reasons why other parts were not set up.
    """

    chat: Chat
    new: int
    known: int
    problems: tuple[InvalidInput, ...] = ()


async def share(database: Database, key: bytes, setup: Setup, now: dt.datetime) -> Shared:
    """Store a setup and return its link, signed with `key`. An equal setup that was shared today has the same link."""
    day = expires_on(now)
    expires_at = dt.datetime.combine(day, dt.time(), dt.UTC)
    async with database.read() as connection:
        share_id = await shares.find(connection, setup, expires_at)
    if share_id is None:
        async with database.write() as connection:
            share_id = await shares.add(connection, setup, now, expires_at)
    return Shared(setup, links.to_share(key, share_id, day), day)


async def share_alert(database: Database, key: bytes, chat_id: int, alert_id: int, now: dt.datetime) -> Shared | None:
    """Share an alert of a chat; None if there is none of this id."""
    async with database.read() as connection:
        alert = await alerts.get(connection, alert_id)
    if alert is None or alert.chat_id != chat_id:
        return None
    return await share(database, key, Setup(ShareKind.ALERT, (_alert(alert),)), now)


async def share_topic(
    database: Database, key: bytes, chat_id: int, thread_id: int, topic_id: int, now: dt.datetime
) -> Shared | None:
    """Share a topic that a thread follows; None if there is none of this id."""
    found = await find_topic(database, chat_id, thread_id, topic_id)
    return await share(database, key, Setup(ShareKind.TOPIC, topics=(_topic(found),)), now) if found else None


async def share_setup(database: Database, key: bytes, chat: Chat, thread_id: int, now: dt.datetime) -> Shared | None:
    """Share all alerts and topics of a thread, and the digest and the form of posts of its chat.

    Language and time zone are the receiver's. None where there is nothing to share.
    """
    setup = await setup_of(database, chat, thread_id)
    return None if setup.empty else await share(database, key, setup, now)


async def setup_of(database: Database, chat: Chat, thread_id: int) -> Setup:
    """Return all alerts and topics of a thread, and the digests and the form of posts of its chat."""
    async with database.read() as connection:
        found = await alerts.of_chat(connection, chat.id)
    return Setup(
        ShareKind.SETUP,
        tuple(map(_alert, _open(found, thread_id))),
        tuple(map(_topic, await followed_topics(database, chat.id, thread_id))),
        chat.digest_times,
        None if chat.private else shared_form(chat.post_form),
    )


async def copy_setup(
    database: Database, source: Chat, source_thread: int, chat: Chat, thread_id: int, now: dt.datetime, matcher: Matcher
) -> Taken:
    """Set up in a thread what another chat has.

    Topics and alerts are added to those that are there; the times of the digest, the quiet hours and the form of posts
    are those of the other chat, except for the signature and the review.
    """
    form = with_form(chat.post_form, source.post_form)
    changed = await set_digests(database, replace(chat, quiet=source.quiet, post_form=form), source.digest_times, now)
    setup = await setup_of(database, source, source_thread)
    return await take(database, changed, thread_id, replace(setup, digests=(), form=None), now, matcher)


async def share_pair(database: Database, key: bytes, chat_id: int, pair: Pair, now: dt.datetime) -> Shared | None:
    """Share the alerts that a chat has on a pair, in either direction; None without any."""
    async with database.read() as connection:
        found = _open(await alerts.of_chat(connection, chat_id), 0)
    mine = tuple(_alert(one) for one in found if one.rule.pair in (pair, pair.inverted))
    kind = ShareKind.SETUP if len(mine) > 1 else ShareKind.ALERT
    return await share(database, key, Setup(kind, mine), now) if mine else None


async def share_request(
    database: Database, key: bytes, request: AlertRequest, own: Sequence[str], now: dt.datetime
) -> Shared | None:
    """Share an alert that nobody has yet; None where a request fits several currencies. InvalidInput without a rate."""
    async with database.read() as connection:
        found = resolve_request(request, await graph_with_markets(connection, now), own)
    if isinstance(found, WhichCurrency):
        return None
    return await share(database, key, Setup(ShareKind.ALERT, (SharedAlert(found.rule, request.once),)), now)


async def share_words(database: Database, key: bytes, words: str, now: dt.datetime) -> Shared:
    """Share a topic by its words. QueryError for words that are no query."""
    topic = SharedTopic(str(parse(words)), LEVELS[0], words=" ".join(words.split()))
    return await share(database, key, Setup(ShareKind.TOPIC, topics=(topic,)), now)


async def open_share(database: Database, key: bytes, text: str, now: dt.datetime) -> Setup:
    """Return the setup of a link (its parameter after the name). InvalidInput for a forged, cut or expired link."""
    found = links.share_in(key, text)
    if found is None:
        raise InvalidInput("share.invalid")
    share_id, day = found
    async with database.read() as connection:
        setup = await shares.get(connection, share_id)
    if setup is None or now.date() >= day:
        raise InvalidInput("share.expired")
    return setup


async def take(
    database: Database, chat: Chat, thread_id: int, setup: Setup, now: dt.datetime, matcher: Matcher
) -> Taken:
    """Set up in a thread what its chat does not have yet.

    Each part is a transaction of its own: one that is refused (a limit of the chat, a level that no rate can serve)
    does not stop the others, and the same link sets up later what was refused. The chat keeps its own level of a topic
    that it follows already.
    """
    results: list[bool] = []
    problems: list[InvalidInput] = []
    for alert in setup.alerts:
        try:
            outcome = await create_alert(
                database, chat.id, thread_id, alert.rule, now, once=alert.once, if_met=IfMet.WAIT
            )
            results.append(isinstance(outcome, Created))
        except InvalidInput as error:
            problems.append(error)
    for topic in setup.topics:
        # The words of a curated topic are those of today.
        slug = topic.slug if topic.slug in TOPICS else None
        text = query_of(slug) if slug else topic.text
        try:
            following = await follow_topic(
                database, chat, thread_id, text, slug, now, level=topic.level, words=topic.words, matcher=matcher
            )
            results.append(following.new)
        except InvalidInput as error:
            problems.append(error)
    if setup.digests:
        results.append(chat.digest_times != setup.digests)
        chat = await set_digests(database, chat, setup.digests, now)
    if setup.form is not None and not chat.private:
        changed = replace(chat, post_form=with_form(chat.post_form, setup.form))
        results.append(changed != chat)
        await save_chat(database, chat := changed)
    return Taken(chat, sum(results), len(results) - sum(results), _different(problems))


def _different(problems: Sequence[InvalidInput]) -> tuple[InvalidInput, ...]:
    """Return one of the problems of each text, in order."""
    return tuple({(one.key, *one.params.items()): one for one in problems}.values())


def _open(found: Sequence[Alert], thread_id: int) -> list[Alert]:
    """Return the alerts of a thread that can still fire."""
    return [one for one in found if one.thread_id == thread_id and one.state is not AlertState.DONE]


def _alert(alert: Alert) -> SharedAlert:
    return SharedAlert(alert.rule, alert.once)


def _topic(followed: FollowedTopic) -> SharedTopic:
    return SharedTopic(followed.text, followed.level, followed.topic, followed.words)
