"""Stories of one event, withdrawn stories, and several stories in one message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Time = storage.types.UtcDateTime(timezone=True)
_JOINED = sa.text("same_as IS NOT NULL")
_GATHERED = sa.text("burst_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("articles", sa.Column("same_as", _Id, nullable=True))
    op.add_column("articles", sa.Column("withdrawn_at", _Time, nullable=True))
    op.create_index("ix_articles_same_as", "articles", ["same_as"], sqlite_where=_JOINED, postgresql_where=_JOINED)
    op.create_table(
        "title_words",
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("told_at", _Time, nullable=False),
        sa.Column("article_id", _Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_title_words_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "told_at", "article_id", name=op.f("pk_title_words")),
    )
    op.add_column("deliveries", sa.Column("burst_id", _Id, nullable=True))
    op.create_index(
        "ix_deliveries_burst_id", "deliveries", ["burst_id"], sqlite_where=_GATHERED, postgresql_where=_GATHERED
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_burst_id", "deliveries")
    op.drop_column("deliveries", "burst_id")
    op.drop_table("title_words")
    op.drop_index("ix_articles_same_as", "articles")
    op.drop_column("articles", "withdrawn_at")
    op.drop_column("articles", "same_as")
