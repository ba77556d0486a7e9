"""The day of a chat's last action, and indexes by which /stats counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_chats_active_on": ["kind", "active_on"],
    "ix_chats_created_at": ["kind", "created_at"],
    "ix_chats_kind": ["kind", "state", "language"],
}


def upgrade() -> None:
    op.add_column("chats", sa.Column("active_on", sa.Date(), nullable=True))
    for name, columns in _INDEXES.items():
        op.create_index(name, "chats", columns)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "chats")
    op.drop_column("chats", "active_on")
