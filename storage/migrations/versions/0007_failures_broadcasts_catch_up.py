"""What failed is found by index, broadcasts, and deliveries that another one tells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DEAD = sa.text("state = 'dead'")
_HELD = sa.text("state = 'held'")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("folded_into", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_deliveries_dead", "deliveries", ["finished_at", "id"], sqlite_where=_DEAD, postgresql_where=_DEAD
    )
    op.create_index("ix_deliveries_held", "deliveries", ["event_id"], sqlite_where=_HELD, postgresql_where=_HELD)
    op.create_table(
        "broadcasts",
        sa.Column("event_id", _Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(8), nullable=True),
        sa.Column("topic", sa.String(40), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("addressed", sa.Integer(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_broadcasts_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_broadcasts_chat_id"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_broadcasts")),
    )


def downgrade() -> None:
    op.drop_table("broadcasts")
    op.drop_index("ix_deliveries_held", table_name="deliveries")
    op.drop_index("ix_deliveries_dead", table_name="deliveries")
    op.drop_column("deliveries", "folded_into")
