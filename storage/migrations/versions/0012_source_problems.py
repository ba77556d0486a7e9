"""What the last read of a source left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("problem", storage.types.StorableText(), nullable=True))


def downgrade() -> None:
    op.drop_column("sources", "problem")
