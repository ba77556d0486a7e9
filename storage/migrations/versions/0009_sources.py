"""Many news sites: how often each is asked, and who has muted one. The home site's stories are stored by its id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("sources", sa.Column("weight", sa.Integer(), nullable=False, server_default="50"))
    op.add_column("sources", sa.Column("switched", sa.Boolean(), nullable=True))
    op.add_column("sources", sa.Column("interval_seconds", sa.Double(), nullable=True))
    op.add_column("sources", sa.Column("changed_at", storage.types.UtcDateTime(timezone=True), nullable=True))
    op.add_column("sources", sa.Column("looks", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sources", sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE sources SET name = 'timesca' WHERE name = 'feed'")
    op.execute("UPDATE articles SET source = 'timesca' WHERE source = 'feed'")
    op.create_table(
        "muted",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_muted_chat_id"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "source", name=op.f("pk_muted")),
    )
    op.create_index("ix_muted_source", "muted", ["source", "chat_id"])


def downgrade() -> None:
    op.drop_table("muted")
    op.execute("UPDATE articles SET source = 'feed' WHERE source = 'timesca'")
    op.execute("UPDATE sources SET name = 'feed' WHERE name = 'timesca'")
    for column in ("changes", "looks", "changed_at", "interval_seconds", "switched", "weight", "title"):
        op.drop_column("sources", column)
