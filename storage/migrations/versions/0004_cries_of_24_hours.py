"""The day of a chat's alerts: the 24 hours from the first of them, in place of its local date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("cries_from", storage.types.UtcDateTime(timezone=True), nullable=True))
    op.drop_column("chats", "cries_on")


def downgrade() -> None:
    op.add_column("chats", sa.Column("cries_on", sa.Date(), nullable=True))
    op.drop_column("chats", "cries_from")
