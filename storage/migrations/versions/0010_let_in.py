"""When a chat let us in last, so that an older refusal does not shut it out again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("back_at", storage.types.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("chats", "back_at")
