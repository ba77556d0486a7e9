"""All tables, for SQLite and PostgreSQL.

It is edited no more: archives exist that it made, and each change is a migration of its own. It imports nothing of the
program, which may change; names of keys come from env.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR

revision, down_revision, branch_labels, depends_on = "0001", None, None, None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers rows only in its own INTEGER type
_TIME = sa.DateTime(timezone=True)  # UTC
_INT64 = _DECIMAL = sa.BigInteger()  # decimals are in units of 10^-12: storage/types.py
_STEMS = sa.Text().with_variant(TSVECTOR(), "postgresql")

_INDEXES = (
    "CREATE INDEX ix_articles_same_as ON articles (same_as) WHERE same_as IS NOT NULL",
    "CREATE INDEX ix_articles_listed_at ON articles (listed_at, id)",
    "CREATE INDEX ix_articles_topics_version ON articles (topics_version)",
    "CREATE INDEX ix_article_topics_topic ON article_topics (topic, article_id, points)",
    "CREATE INDEX ix_rates_pair ON rates (source, base, quote, valid_on, observed_at)",
    "CREATE INDEX ix_chats_active_on ON chats (kind, active_on)",
    "CREATE INDEX ix_chats_created_at ON chats (kind, created_at)",
    "CREATE INDEX ix_chats_kind ON chats (kind, state, language)",
    "CREATE INDEX ix_chats_next_digest_at ON chats (next_digest_at) WHERE next_digest_at IS NOT NULL",
    "CREATE INDEX ix_subscriptions_query_id ON subscriptions (query_id, chat_id, thread_id, level)",
    "CREATE INDEX ix_muted_source ON muted (source, chat_id)",
    "CREATE INDEX ix_matches_query_id ON matches (query_id, article_id)",
    """CREATE INDEX ix_alerts_above ON alerts (base, quote, kind, fires_above)
    WHERE state = 'armed' AND fires_above IS NOT NULL""",
    """CREATE INDEX ix_alerts_below ON alerts (base, quote, kind, fires_below)
    WHERE state = 'armed' AND fires_below IS NOT NULL""",
    "CREATE INDEX ix_alerts_chat_id ON alerts (chat_id)",
    "CREATE INDEX ix_alerts_deleted ON alerts (changed_at) WHERE state = 'deleted'",
    "CREATE INDEX ix_alerts_rearm ON alerts (base, quote, kind, side, rearms_at) WHERE state = 'fired'",
    "CREATE INDEX ix_deliveries_merged_into ON deliveries (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX ix_deliveries_chat_id ON deliveries (chat_id, state)",
    "CREATE INDEX ix_deliveries_dead ON deliveries (finished_at, id) WHERE state = 'dead'",
    "CREATE INDEX ix_deliveries_held ON deliveries (event_id) WHERE state = 'held'",
    "CREATE INDEX ix_deliveries_pending ON deliveries (priority, id, not_before) WHERE state = 'pending'",
    "CREATE INDEX ix_deliveries_sending ON deliveries (lease_until) WHERE state = 'sending'",
)

_ADD = "INSERT INTO article_search(rowid, title, body) VALUES (new.article_id, new.title, new.body);"
_REMOVE = """INSERT INTO article_search(article_search, rowid, title, body)
    VALUES ('delete', old.article_id, old.title, old.body);"""
_FULL_TEXT = {
    "sqlite": (
        """CREATE VIRTUAL TABLE article_search
    USING fts5(title, body, content='article_words', content_rowid='article_id', tokenize='ascii')""",
        f"CREATE TRIGGER article_words_added AFTER INSERT ON article_words BEGIN {_ADD} END",
        f"CREATE TRIGGER article_words_gone AFTER DELETE ON article_words BEGIN {_REMOVE} END",
        f"CREATE TRIGGER article_words_changed AFTER UPDATE ON article_words BEGIN {_REMOVE} {_ADD} END",
    ),
    "postgresql": ("CREATE INDEX ix_article_words ON article_words USING gin (body)",),
}


def upgrade() -> None:
    op.create_table(
        "sources",
        Column("name", String(40), primary_key=True),
        Column("url", sa.Text(), nullable=False),
        Column("etag", sa.Text()),
        Column("last_modified", sa.Text()),
        Column("last_attempt_at", _TIME),
        Column("last_ok_at", _TIME),
        Column("next_attempt_at", _TIME),
        Column("failures", sa.Integer(), nullable=False),
        Column("last_error", sa.Text()),
        Column("stale_since", _TIME),
        Column("valid_on", sa.Date()),
        Column("filled_to", sa.Date()),
        Column("title", sa.Text()),
        Column("language", String(8)),
        Column("enabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        Column("weight", sa.Integer(), server_default="50", nullable=False),
        Column("switched", sa.Boolean()),
        Column("problem", sa.Text()),
        Column("interval_seconds", sa.Double()),
        Column("changed_at", _TIME),
        Column("polls", sa.Integer(), server_default="0", nullable=False),
        Column("changes", sa.Integer(), server_default="0", nullable=False),
        Column("newest_at", _TIME),
        Column("known_since", _TIME),
    )
    op.create_table(
        "articles",
        Column("id", _ID, primary_key=True),
        Column("source", String(40), nullable=False),
        Column("guid", sa.Text(), unique=True),
        Column("url", sa.Text()),
        Column("url_key", sa.Text()),
        Column("title", sa.Text(), nullable=False),
        Column("title_key", sa.Text(), nullable=False, index=True),
        Column("text", sa.Text(), nullable=False),
        Column("subheadings", sa.JSON(), nullable=False),
        Column("author", sa.Text()),
        Column("categories", sa.JSON(), nullable=False),
        Column("image_url", sa.Text()),
        Column("published_at", _TIME),
        Column("first_seen_at", _TIME, nullable=False),
        Column("listed_at", _TIME, nullable=False),
        Column("corrected_at", _TIME),
        Column("corrections", sa.Integer(), nullable=False),
        Column("pruned", sa.Boolean(), nullable=False),
        Column("same_as", _ID),
        Column("withdrawn_at", _TIME),
        Column("history", sa.Boolean(), server_default=sa.false(), nullable=False),
        Column("topics", sa.JSON(), server_default="[]", nullable=False),
        Column("topics_version", String(12), server_default="", nullable=False),
        UniqueConstraint("url_key", name="uq_articles_url"),
    )
    op.create_table(
        "article_topics",
        Column("article_id", _ID, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        Column("topic", String(20), primary_key=True),
        Column("points", sa.Integer(), nullable=False),
    )
    op.create_table(
        "title_words",
        Column("word", String(40), primary_key=True),
        Column("listed_at", _TIME, primary_key=True),
        Column("article_id", _ID, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_table(
        "article_words",
        Column("article_id", _ID, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        Column("title", _STEMS, nullable=False),
        Column("body", _STEMS, nullable=False),
    )
    op.create_table(
        "rates",
        Column("id", _ID, primary_key=True),
        Column("source", String(40), nullable=False),
        Column("base", String(3), nullable=False),
        Column("quote", String(3), nullable=False),
        Column("value", _DECIMAL, nullable=False),
        Column("tick", _DECIMAL, nullable=False),
        Column("nominal", sa.Integer(), nullable=False),
        Column("change_pct", String(16)),
        Column("observed_at", _TIME, nullable=False),
        Column("confirmed_at", _TIME, nullable=False),
        Column("valid_on", sa.Date(), nullable=False),
        Column("confirmed", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "current_rates",
        Column("source", String(40), primary_key=True),
        Column("base", String(3), primary_key=True),
        Column("quote", String(3), primary_key=True),
        Column("rate_id", _ID, ForeignKey("rates.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_table(
        "chats",
        Column("id", _INT64, primary_key=True, autoincrement=False),
        Column("kind", String(12), nullable=False),
        Column("language", String(8), nullable=False),
        Column("timezone", String(64), nullable=False),
        Column("state", String(8), nullable=False),
        Column("digest_at", sa.Integer()),
        Column("next_digest_at", _TIME),
        Column("last_digest_at", _TIME),
        Column("last_digest_on", sa.Date()),
        Column("quiet_start", sa.Integer()),
        Column("quiet_end", sa.Integer()),
        Column("per_dollar", sa.Boolean(), nullable=False),
        Column("theme", String(5), nullable=False),
        Column("alerts_since", _TIME),
        Column("alerts_today", sa.Integer(), nullable=False),
        Column("currencies", String(80), nullable=False),
        Column("news_languages", String(40), nullable=False),
        Column("keyboard", sa.Boolean(), nullable=False),
        Column("awaiting", String(200)),
        Column("awaiting_until", _TIME),
        Column("awaiting_from", sa.BigInteger()),
        Column("not_found_days", sa.Integer(), nullable=False),
        Column("not_found_on", sa.Date()),
        Column("created_at", _TIME, nullable=False),
        Column("active_on", sa.Date()),
        Column("gone_at", _TIME),
        Column("unblocked_at", _TIME),
    )
    op.create_table(
        "queries",
        Column("id", _ID, primary_key=True),
        Column("text", String(400), nullable=False, unique=True),
        Column("topic", String(40), unique=True),
    )
    op.create_table(
        "subscriptions",
        Column("id", _ID, primary_key=True),
        Column("chat_id", _INT64, ForeignKey("chats.id", onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
        Column("thread_id", sa.Integer(), nullable=False),
        Column("query_id", _ID, ForeignKey("queries.id", ondelete="CASCADE"), nullable=False),
        Column("level", String(8), nullable=False),
        Column("words", String(200)),
        Column("created_at", _TIME, nullable=False),
        UniqueConstraint("chat_id", "thread_id", "query_id"),
    )
    op.create_table(
        "muted",
        Column("chat_id", _INT64, ForeignKey("chats.id", onupdate="CASCADE", ondelete="CASCADE"), primary_key=True),
        Column("source", String(40), primary_key=True),
    )
    op.create_table(
        "matches",
        Column("article_id", _ID, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        Column("query_id", _ID, ForeignKey("queries.id", ondelete="CASCADE"), primary_key=True),
        Column("own", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.create_table(
        "saved",
        Column("chat_id", _INT64, ForeignKey("chats.id", onupdate="CASCADE", ondelete="CASCADE"), primary_key=True),
        Column("article_id", _ID, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        Column("saved_at", _TIME, nullable=False),
    )
    op.create_table(
        "alerts",
        Column("id", _ID, primary_key=True),
        Column("chat_id", _INT64, ForeignKey("chats.id", onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
        Column("thread_id", sa.Integer(), nullable=False),
        Column("base", String(3), nullable=False),
        Column("quote", String(3), nullable=False),
        Column("kind", String(8), nullable=False),
        Column("side", String(5), nullable=False),
        Column("once", sa.Boolean(), nullable=False),
        Column("level", _DECIMAL),
        Column("anchor", _DECIMAL),
        Column("asked_base", String(3), nullable=False),
        Column("asked_quote", String(3), nullable=False),
        Column("asked_side", String(5), nullable=False),
        Column("asked_level", String(40)),
        Column("asked_move", String(40)),
        Column("asked_days", sa.Integer()),
        Column("state", String(8), nullable=False),
        Column("fires_above", _DECIMAL),
        Column("fires_below", _DECIMAL),
        Column("rearms_at", _DECIMAL),
        Column("snoozed_until", _TIME),
        Column("last_fired_at", _TIME),
        Column("changed_at", _TIME),
        Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "events",
        Column("id", _ID, primary_key=True),
        Column("kind", String(12), nullable=False),
        Column("key", String(120), nullable=False, unique=True),
        Column("version", sa.Integer(), nullable=False),
        Column("payload", sa.JSON(), nullable=False),
        Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "deliveries",
        Column("id", _ID, primary_key=True),
        Column("event_id", _ID, nullable=False),
        Column("chat_id", _INT64, ForeignKey("chats.id", onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
        Column("thread_id", sa.Integer(), nullable=False),
        Column("priority", sa.Integer(), nullable=False),
        Column("silent", sa.Boolean(), nullable=False),
        Column("state", String(10), nullable=False),
        Column("not_before", _TIME),
        Column("lease_until", _TIME),
        Column("attempts", sa.Integer(), nullable=False),
        Column("repeat", sa.Boolean(), nullable=False),
        Column("lease_expirations", sa.Integer(), server_default="0", nullable=False),
        Column("message_id", _INT64),
        Column("merged_into", _ID),
        Column("last_error", String(200)),
        Column("created_at", _TIME, nullable=False),
        Column("finished_at", _TIME),
        UniqueConstraint("event_id", "chat_id", "thread_id"),
    )
    op.create_table(
        "fan_outs",
        Column("event_id", _ID, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
        Column("batch", _ID, nullable=False),
        Column("article_id", _ID, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        Column("reached", _INT64),
    )
    op.create_table(
        "broadcasts",
        Column("event_id", _ID, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
        Column("chat_id", _INT64, ForeignKey("chats.id", onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
        Column("message_id", _INT64),
        Column("language", String(8)),
        Column("topic", String(40)),
        Column("state", String(10), nullable=False),
        Column("expected", sa.Integer(), nullable=False),
        Column("addressed", sa.Integer(), nullable=False),
        Column("reached", _INT64),
        Column("written", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "charts",
        Column("key", String(120), primary_key=True),
        Column("file_id", sa.Text(), nullable=False),
        Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "received",
        Column("update_id", _INT64, primary_key=True, autoincrement=False),
        Column("received_at", _TIME, nullable=False, index=True),
    )
    op.create_table(
        "leader",
        Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        Column("holder", String(40), nullable=False),
        Column("lease_until", _TIME, nullable=False),
    )
    for statement in (*_INDEXES, *_FULL_TEXT[op.get_bind().dialect.name]):
        op.execute(statement)
