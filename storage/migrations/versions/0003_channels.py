"""Channels and groups managed from private chats: their form of a post, reviews, boards, shared setups, feeds,
and several digests a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.DateTime(timezone=True)
_INDEXES = (
    "CREATE INDEX ix_managers_person_id ON managers (person_id)",
    "CREATE INDEX ix_reviews_open ON reviews (decide_by) WHERE state = 'open'",
    "CREATE INDEX ix_reviews_chat_id ON reviews (chat_id, article_id)",
    "CREATE INDEX ix_boards_due_at ON boards (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX ix_shares_expires_at ON shares (expires_at)",
)


def _chat(name: str = "chat_id", *, key: bool = False) -> sa.Column[int]:
    """Return a column that refers to a chat."""
    chat = sa.ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE")
    return sa.Column(name, sa.BigInteger(), chat, primary_key=key, nullable=False)


def upgrade() -> None:
    op.add_column("chats", sa.Column("title", sa.String(128), server_default="", nullable=False))
    op.add_column("chats", sa.Column("post_form", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("chats", sa.Column("digest_times", sa.String(40), server_default="", nullable=False))
    op.execute("UPDATE chats SET digest_times = CAST(digest_at AS VARCHAR(40)) WHERE digest_at IS NOT NULL")
    op.drop_column("chats", "digest_at")
    op.drop_column("chats", "last_digest_on")
    op.create_table(
        "destinations",
        sa.Column("id", _Id, primary_key=True),
        _chat(),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("slug", sa.String(40)),
        sa.Column("created_at", _Instant, nullable=False),
        sa.UniqueConstraint("chat_id", "thread_id"),
        sa.UniqueConstraint("chat_id", "slug"),
    )
    op.create_table(
        "managers",
        _chat(key=True),
        _chat("person_id", key=True),
        sa.Column("reviews", sa.Boolean(), nullable=False),
        sa.Column("since", _Instant, nullable=False),
    )
    op.create_table(
        "reviews",
        sa.Column("delivery_id", _Id, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
        _chat(),
        sa.Column("article_id", _Id, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("lead", sa.String(1000)),
        sa.Column("decide_by", _Instant, nullable=False),
        sa.Column("decided_by", sa.BigInteger()),
        sa.Column("decided_name", sa.String(128), nullable=False),
        sa.Column("decided_at", _Instant),
        sa.Column("created_at", _Instant, nullable=False),
    )
    op.create_table(
        "boards",
        _chat(key=True),
        sa.Column("thread_id", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("pairs", sa.String(120), nullable=False),
        sa.Column("shown", sa.String(16), nullable=False),
        sa.Column("due_at", _Instant),
        sa.Column("not_before", _Instant),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("lost_at", _Instant),
        sa.Column("created_at", _Instant, nullable=False),
    )
    op.create_table(
        "shares",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", _Instant, nullable=False),
        sa.Column("expires_at", _Instant, nullable=False),
    )
    op.create_table(
        "feeds",
        _chat(key=True),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", _Instant, nullable=False),
    )
    for statement in _INDEXES:
        op.execute(statement)
