"""The tables, one class each, in the order in which data passes through them. The migrations make the same tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.domain.sites import USUAL_WEIGHT
from storage.types import ExactDecimal, StorableJson, StorableString, StorableText, TsVector, UtcDateTime

# SQLite counts rows only in its own INTEGER type.
Id = BigInteger().with_variant(Integer, "sqlite")
# Stems: in order, divided by spaces, on SQLite; with their places on PostgreSQL.
Words = Text().with_variant(TsVector(), "postgresql")


class Base(DeclarativeBase):
    """The root of all tables. The naming convention gives constraints the names that migrations refer to."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        dt.datetime: UtcDateTime,
        Decimal: ExactDecimal,
        dict[str, Any]: StorableJson,
        list[str]: StorableJson,
        str: StorableText,
    }


class SourceRow(Base):
    """What is remembered of one source between polls; `name` is a site's id, page, a bank's name.

    `title` and `weight` are as sources.toml has them, for questions about stories; `switched` is an operator's word in
    /sources: on, off, or None for what the file says.
    """

    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    url: Mapped[str]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    last_attempt_at: Mapped[dt.datetime | None]
    last_ok_at: Mapped[dt.datetime | None]
    next_attempt_at: Mapped[dt.datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    stale_since: Mapped[dt.datetime | None]
    valid_on: Mapped[dt.date | None]  # the newest day a bank's table stood for
    filled_to: Mapped[dt.date | None]  # history is complete up to this day; None: not begun
    title: Mapped[str | None]
    weight: Mapped[int] = mapped_column(default=USUAL_WEIGHT, server_default=str(USUAL_WEIGHT))
    switched: Mapped[bool | None]
    problem: Mapped[str | None]  # what the last read left out, in one line for operators
    interval_seconds: Mapped[float | None]  # between the last look and the next
    changed_at: Mapped[dt.datetime | None]  # when a look last found something new
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    changes: Mapped[int] = mapped_column(default=0, server_default="0")  # looks that found something new
    newest_at: Mapped[dt.datetime | None]  # the newest date of its articles: see bot/domain/freshness.py
    known_since: Mapped[dt.datetime | None]  # the oldest date of its first poll


_JOINED = text("same_as IS NOT NULL")


class ArticleRow(Base):
    """A story. `text` is emptied when it is thinned for age; title, link and dates stay.

    `same_as` is the id of the first story of the same event, which is listed for all of them; None: it is the first.
    `url` is the publisher's own link, which people get; `guid` and `url_key` are identity keys (bot/domain/keys.py).
    `history`: it was older than what was already known of its source, and no news when it came.
    """

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("url_key", name="uq_articles_url"),
        Index("ix_articles_title_key", "title_key"),
        Index("ix_articles_told_at", "told_at", "id"),
        Index("ix_articles_same_as", "same_as", sqlite_where=_JOINED, postgresql_where=_JOINED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    guid: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    url_key: Mapped[str | None]
    title: Mapped[str]
    title_key: Mapped[str]
    text: Mapped[str]
    subheadings: Mapped[list[str]]
    author: Mapped[str | None]
    categories: Mapped[list[str]]
    image_url: Mapped[str | None]
    published_at: Mapped[dt.datetime | None]
    first_seen_at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime]  # published_at, else first_seen_at: what lists sort by
    corrected_at: Mapped[dt.datetime | None]
    corrections: Mapped[int] = mapped_column(default=0)
    thinned: Mapped[bool] = mapped_column(default=False)
    same_as: Mapped[int | None] = mapped_column(Id)
    withdrawn_at: Mapped[dt.datetime | None]  # its publisher took it back
    history: Mapped[bool] = mapped_column(default=False, server_default=false())


class TitleWordRow(Base):
    """A word of a story's title, by its key: how the stories of the last days that may tell of one event are found."""

    __tablename__ = "title_words"

    word: Mapped[str] = mapped_column(StorableString(40), primary_key=True)
    told_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)


class ArticleWordsRow(Base):
    """An article as it is searched: the stems of its title and of its text. See storage/search.py.

    SQLite's full-text index of them, `article_search`, is kept by triggers and known to migrations only.
    """

    __tablename__ = "article_words"
    __table_args__ = (Index("ix_article_words", "body", postgresql_using="gin").ddl_if(dialect="postgresql"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(Words)
    body: Mapped[str] = mapped_column(Words)


class RateRow(Base):
    """A figure of one source: `value` quote per 1 base, true to ± `tick`. New when the value or the day changes.

    `nominal` is for how many units of the base the source printed it: value × nominal stood there.
    """

    __tablename__ = "rates"
    __table_args__ = (Index("ix_rates_pair", "source", "base", "quote", "valid_on", "observed_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    value: Mapped[Decimal]
    tick: Mapped[Decimal]
    nominal: Mapped[int] = mapped_column(default=1)
    change_pct: Mapped[str | None] = mapped_column(String(16))
    observed_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime]
    valid_on: Mapped[dt.date]
    confirmed: Mapped[bool] = mapped_column(default=True)


class CurrentRateRow(Base):
    """The newest believed figure of each source and pair: what "now" is made of, found without searching history."""

    __tablename__ = "current_rates"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    base: Mapped[str] = mapped_column(String(3), primary_key=True)
    quote: Mapped[str] = mapped_column(String(3), primary_key=True)
    rate_id: Mapped[int] = mapped_column(ForeignKey("rates.id", ondelete="CASCADE"))


class ChatRow(Base):
    """A chat and its settings; `id` is Telegram's. Hours are minutes after local midnight."""

    __tablename__ = "chats"
    __table_args__ = (
        Index(
            "ix_chats_next_digest_at",
            "next_digest_at",
            sqlite_where=text("next_digest_at IS NOT NULL"),
            postgresql_where=text("next_digest_at IS NOT NULL"),
        ),
        # What /stats counts by (storage/stats.py).
        Index("ix_chats_active_on", "kind", "active_on"),
        Index("ix_chats_created_at", "kind", "created_at"),
        Index("ix_chats_kind", "kind", "state", "language"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(StorableString(8))
    timezone: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default="active")
    digest_at: Mapped[int | None]
    next_digest_at: Mapped[dt.datetime | None]
    last_digest_at: Mapped[dt.datetime | None]
    last_digest_on: Mapped[dt.date | None]
    quiet_start: Mapped[int | None]
    quiet_end: Mapped[int | None]
    per_dollar: Mapped[bool] = mapped_column(default=True)
    theme: Mapped[str] = mapped_column(String(5), default="light")  # of charts: light or dark
    cries_from: Mapped[dt.datetime | None]  # the first alert of the 24 hours that `cries` counts
    cries: Mapped[int] = mapped_column(default=0)
    awaiting: Mapped[str | None] = mapped_column(StorableString(200))
    awaiting_until: Mapped[dt.datetime | None]
    not_found_days: Mapped[int] = mapped_column(default=0)
    not_found_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]
    active_on: Mapped[dt.date | None]  # the day (UTC) on which it last asked for something
    gone_at: Mapped[dt.datetime | None]
    back_at: Mapped[dt.datetime | None]  # when it let us in last: what was refused before says nothing of it any more


class QueryRow(Base):
    """A distinct query in its normal form; `topic` names the curated topic it stands for, if it is one."""

    __tablename__ = "queries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    text: Mapped[str] = mapped_column(StorableString(400), unique=True)
    topic: Mapped[str | None] = mapped_column(String(40), unique=True)


class SubscriptionRow(Base):
    """A chat (and thread; 0 is none) that wants to hear of a query: instant, silent or digest."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("chat_id", "thread_id", "query_id"),
        Index("ix_subscriptions_query_id", "query_id", "chat_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    thread_id: Mapped[int] = mapped_column(default=0)
    query_id: Mapped[int] = mapped_column(ForeignKey("queries.id", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(String(8), default="instant")
    created_at: Mapped[dt.datetime]


class MutedRow(Base):
    """A chat does not want to hear a source."""

    __tablename__ = "muted"
    __table_args__ = (Index("ix_muted_source", "source", "chat_id"),)

    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(40), primary_key=True)


class MatchRow(Base):
    """An article is about a query."""

    __tablename__ = "matches"
    __table_args__ = (Index("ix_matches_query_id", "query_id", "article_id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    query_id: Mapped[int] = mapped_column(ForeignKey("queries.id", ondelete="CASCADE"), primary_key=True)


class SavedRow(Base):
    """A story that a chat put aside to read later."""

    __tablename__ = "saved"

    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    saved_at: Mapped[dt.datetime]


# A line that waits on one side only stands in one index: each one costs when it fires.
_ABOVE = text("state = 'armed' AND fires_above IS NOT NULL")
_BELOW = text("state = 'armed' AND fires_below IS NOT NULL")
_FIRED = text("state = 'fired'")


class ThresholdRow(Base):
    """A line over or under a rate. The `fires_*` and `rearms_at` columns are what a tick is compared with, by index.

    `kind` says what they are compared with: see bot/domain/thresholds.py. `once`: done after the first cry.
    """

    __tablename__ = "thresholds"
    __table_args__ = (
        Index(
            "ix_thresholds_above", "base", "quote", "kind", "fires_above", sqlite_where=_ABOVE, postgresql_where=_ABOVE
        ),
        Index(
            "ix_thresholds_below", "base", "quote", "kind", "fires_below", sqlite_where=_BELOW, postgresql_where=_BELOW
        ),
        Index(
            "ix_thresholds_rearm",
            "base",
            "quote",
            "kind",
            "side",
            "rearms_at",
            sqlite_where=_FIRED,
            postgresql_where=_FIRED,
        ),
        Index("ix_thresholds_chat_id", "chat_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    thread_id: Mapped[int] = mapped_column(default=0)
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(8), default="level")
    side: Mapped[str] = mapped_column(String(5))
    once: Mapped[bool] = mapped_column(default=False)
    level: Mapped[Decimal | None]
    anchor: Mapped[Decimal | None]
    # The line as typed; levels there may be large ("12142.10"), so they are kept as text.
    asked_base: Mapped[str] = mapped_column(String(3))
    asked_quote: Mapped[str] = mapped_column(String(3))
    asked_side: Mapped[str] = mapped_column(String(5))
    asked_level: Mapped[str | None] = mapped_column(String(40))
    asked_move: Mapped[str | None] = mapped_column(String(40))
    asked_days: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default="armed")
    fires_above: Mapped[Decimal | None]
    fires_below: Mapped[Decimal | None]
    rearms_at: Mapped[Decimal | None]
    snoozed_until: Mapped[dt.datetime | None]
    last_fired_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime | None]  # when a figure last fired or armed it
    created_at: Mapped[dt.datetime]


class EventRow(Base):
    """Something that happened; `key` is unique for the thing itself, so nothing happens twice."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(StorableString(120), unique=True)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]


_PENDING = text("state = 'pending'")
_SENDING = text("state = 'sending'")
_DEAD = text("state = 'dead'")
_HELD = text("state = 'held'")
_GATHERED = text("burst_id IS NOT NULL")


class DeliveryRow(Base):
    """One event for one chat and thread. Written with its event, claimed with a lease, finished with a state.

    `burst_id` is the id of the delivery whose message tells this one and others: its own in that one itself.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "chat_id", "thread_id"),
        Index(
            "ix_deliveries_pending", "priority", "id", "not_before", sqlite_where=_PENDING, postgresql_where=_PENDING
        ),
        Index("ix_deliveries_sending", "lease_until", sqlite_where=_SENDING, postgresql_where=_SENDING),
        Index("ix_deliveries_chat_id", "chat_id", "state"),
        Index("ix_deliveries_held", "event_id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_deliveries_dead", "finished_at", "id", sqlite_where=_DEAD, postgresql_where=_DEAD),
        Index("ix_deliveries_burst_id", "burst_id", sqlite_where=_GATHERED, postgresql_where=_GATHERED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    thread_id: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int]
    silent: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    not_before: Mapped[dt.datetime | None]
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    repeat: Mapped[bool] = mapped_column(Boolean, default=False)
    # How often its lease ran out or its worker died while it was claimed: it may have been sent.
    lapses: Mapped[int] = mapped_column(default=0, server_default="0")
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    burst_id: Mapped[int | None] = mapped_column(Id)
    last_error: Mapped[str | None] = mapped_column(StorableString(200))
    folded_into: Mapped[int | None] = mapped_column(BigInteger)  # the delivery that tells it; its own: it tells more
    created_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]


class BroadcastRow(Base):
    """An operator's word to many: its event holds the text. Deliveries are written chat by chat, up to `reached`.

    `chat_id` and `message_id` are where its operator sees how far it is; `expected` is how many chats there were.
    """

    __tablename__ = "broadcasts"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str | None] = mapped_column(String(8))
    topic: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    expected: Mapped[int] = mapped_column(default=0)
    addressed: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int | None] = mapped_column(BigInteger)
    written: Mapped[bool] = mapped_column(default=False)  # every chat has its delivery


class ChartRow(Base):
    """A picture that Telegram has already: `key` says all that it depends on, `file_id` sends it again at no cost."""

    __tablename__ = "charts"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    file_id: Mapped[str]
    created_at: Mapped[dt.datetime]


class ReceivedRow(Base):
    """An update that came by webhook and was answered: when it comes again, it is left alone."""

    __tablename__ = "received"
    __table_args__ = (Index("ix_received_received_at", "received_at"),)

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    received_at: Mapped[dt.datetime]
