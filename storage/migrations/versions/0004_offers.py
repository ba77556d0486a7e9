"""Offers of banks, gold prices and policy rates; alerts on what is not the official rate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0004", "0003", None, None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Instant = sa.DateTime(timezone=True)
_INDEXES = (
    "CREATE INDEX ix_offers_of ON offers (source, base, quote, channel, provider, as_of)",
    "CREATE INDEX ix_best_offers_of ON best_offers (source, base, quote, channel, side, as_of)",
    "CREATE INDEX ix_best_offers_confirmed ON best_offers (confirmed_as_of)",
    """CREATE INDEX ix_alerts_above ON alerts (market, base, quote, kind, fires_above)
    WHERE state = 'armed' AND fires_above IS NOT NULL""",
    """CREATE INDEX ix_alerts_below ON alerts (market, base, quote, kind, fires_below)
    WHERE state = 'armed' AND fires_below IS NOT NULL""",
    "CREATE INDEX ix_alerts_rearm ON alerts (market, base, quote, kind, side, rearms_at) WHERE state = 'fired'",
    "CREATE UNIQUE INDEX ix_gold_prices_of ON gold_prices (source, weight, valid_on)",
)


def _offer() -> tuple[sa.Column[str], ...]:
    """Return the columns that name an offer."""
    lengths = {"source": 20, "base": 3, "quote": 3, "channel": 10}
    return tuple(sa.Column(name, sa.String(length), nullable=False) for name, length in lengths.items())


def upgrade() -> None:
    source, base, quote, channel = _offer()
    op.create_table(
        "offers",
        sa.Column("id", _Id, primary_key=True),
        source,
        sa.Column("provider", sa.String(120), nullable=False),
        channel,
        base,
        quote,
        sa.Column("buy", sa.BigInteger()),
        sa.Column("sell", sa.BigInteger()),
        sa.Column("as_of", _Instant, nullable=False),
        sa.Column("confirmed_as_of", _Instant, nullable=False),
        sa.Column("observed_at", _Instant, nullable=False),
        sa.Column("held", sa.String(16), nullable=False),
    )
    source, base, quote, channel = _offer()
    op.create_table(
        "current_offers",
        source,
        base,
        quote,
        channel,
        sa.Column("provider", sa.String(120), nullable=False),
        sa.Column("offer_id", _Id, sa.ForeignKey("offers.id", ondelete="CASCADE"), nullable=False),
        sa.PrimaryKeyConstraint("source", "base", "quote", "channel", "provider"),
    )
    op.create_table(
        "best_offers",
        sa.Column("id", _Id, primary_key=True),
        *_offer(),
        sa.Column("side", sa.String(4), nullable=False),
        sa.Column("best", sa.BigInteger(), nullable=False),
        sa.Column("median", sa.BigInteger(), nullable=False),
        sa.Column("providers", sa.Integer(), nullable=False),
        sa.Column("as_of", _Instant, nullable=False),
        sa.Column("confirmed_as_of", _Instant, nullable=False),
        sa.Column("observed_at", _Instant, nullable=False),
    )
    op.create_table(
        "gold_prices",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("sale", sa.String(20), nullable=False),
        sa.Column("buyback", sa.String(20)),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("observed_at", _Instant, nullable=False),
    )
    op.create_table(
        "policy_rates",
        sa.Column("bank", sa.String(20), primary_key=True, nullable=False),
        sa.Column("in_force_on", sa.Date(), primary_key=True, nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", _Instant, nullable=False),
    )
    op.create_table(
        "policy_fan_outs",
        sa.Column("event_id", _Id, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reached", sa.BigInteger()),
    )
    op.add_column("alerts", sa.Column("market", sa.String(20), nullable=False, server_default=""))
    for index in ("ix_alerts_above", "ix_alerts_below", "ix_alerts_rearm"):
        op.execute(f"DROP INDEX {index}")
    for statement in _INDEXES:
        op.execute(statement)
