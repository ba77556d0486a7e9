"""Official rates: nominals and histories, thresholds of several kinds, charts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The indexes that a tick is compared by: their columns before `kind` was among them and since, their conditions too.
_ARMED, _FIRED = "state = 'armed'", "state = 'fired'"
_INDEXES = (
    ("ix_thresholds_above", ("fires_above",), _ARMED, f"{_ARMED} AND fires_above IS NOT NULL"),
    ("ix_thresholds_below", ("fires_below",), _ARMED, f"{_ARMED} AND fires_below IS NOT NULL"),
    ("ix_thresholds_rearm", ("side", "rearms_at"), _FIRED, _FIRED),
)


def _make_indexes(*, kinds: bool) -> None:
    for name, last, before, since in _INDEXES:
        columns = ["base", "quote", *(["kind"] if kinds else []), *last]
        state = sa.text(since if kinds else before)
        op.create_index(name, "thresholds", columns, sqlite_where=state, postgresql_where=state)


def upgrade() -> None:
    op.add_column("sources", sa.Column("valid_on", sa.Date(), nullable=True))
    op.add_column("sources", sa.Column("filled_to", sa.Date(), nullable=True))
    op.add_column("rates", sa.Column("nominal", sa.Integer(), nullable=False, server_default="1"))
    op.drop_index("ix_rates_pair", "rates")
    op.create_index("ix_rates_pair", "rates", ["source", "base", "quote", "valid_on", "observed_at"])
    op.create_table(
        "current_rates",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("base", sa.String(length=3), nullable=False),
        sa.Column("quote", sa.String(length=3), nullable=False),
        sa.Column("rate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["rate_id"], ["rates.id"], name=op.f("fk_current_rates_rate_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source", "base", "quote", name=op.f("pk_current_rates")),
    )
    op.execute(
        "INSERT INTO current_rates (source, base, quote, rate_id) "
        "SELECT source, base, quote, MAX(id) FROM rates WHERE confirmed GROUP BY source, base, quote"
    )
    op.add_column("chats", sa.Column("theme", sa.String(length=5), nullable=False, server_default="light"))
    op.add_column("chats", sa.Column("cries_on", sa.Date(), nullable=True))
    op.add_column("chats", sa.Column("cries", sa.Integer(), nullable=False, server_default="0"))
    for name, *_ in _INDEXES:
        op.drop_index(name, "thresholds")
    op.add_column("thresholds", sa.Column("kind", sa.String(length=8), nullable=False, server_default="level"))
    op.add_column("thresholds", sa.Column("once", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("thresholds", sa.Column("asked_days", sa.Integer(), nullable=True))
    op.add_column("thresholds", sa.Column("changed_at", storage.types.UtcDateTime(timezone=True), nullable=True))
    op.execute("UPDATE thresholds SET kind = 'move' WHERE asked_move IS NOT NULL")
    _make_indexes(kinds=True)
    op.create_table(
        "charts",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_charts")),
    )


def downgrade() -> None:
    op.drop_table("charts")
    op.drop_table("current_rates")
    op.drop_index("ix_rates_pair", "rates")
    op.create_index("ix_rates_pair", "rates", ["source", "base", "quote", "observed_at"])
    for name, *_ in _INDEXES:
        op.drop_index(name, "thresholds")
    for table, columns in (
        ("thresholds", ("changed_at", "asked_days", "once", "kind")),
        ("chats", ("cries", "cries_on", "theme")),
        ("rates", ("nominal",)),
        ("sources", ("filled_to", "valid_on")),
    ):
        for column in columns:
            op.drop_column(table, column)
    _make_indexes(kinds=False)
