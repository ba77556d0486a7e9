"""Publishers' own links beside identity keys; what was already known of a source."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

import storage.types
from bot.domain.keys import first_with, guid_key, link_key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_Time = storage.types.UtcDateTime(timezone=True)
_ARTICLES = sa.table("articles", sa.column("id"), sa.column("guid"), sa.column("url_key"))


def upgrade() -> None:
    # Renamed, not made anew: SQLite cannot drop a constraint, and a copied table would take the rows that refer to it.
    op.execute("ALTER TABLE articles RENAME COLUMN url TO url_key")
    op.add_column("articles", sa.Column("url", sa.Text(), nullable=True))
    op.add_column("articles", sa.Column("history", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sources", sa.Column("newest_at", _Time, nullable=True))
    op.add_column("sources", sa.Column("known_since", _Time, nullable=True))
    # The key is all that is left of the link; the source's next answer that lists the article brings the link itself.
    op.execute("UPDATE articles SET url = url_key")
    # A site that was polled before has known articles: its first poll after this is not its first.
    op.execute(
        "UPDATE sources SET newest_at = (SELECT MAX(published_at) FROM articles WHERE articles.source = sources.name)"
    )
    _recompute("url_key", link_key)
    _recompute("guid", guid_key)


def _recompute(column: str, key: Callable[[str], str | None]) -> None:
    """Bring keys to today's form; of several articles whose keys are one now, the first keeps it."""
    connection, field = op.get_bind(), _ARTICLES.c[column]
    query = sa.select(_ARTICLES.c.id, field).where(field.is_not(None)).order_by(_ARTICLES.c.id)
    old = {row[0]: row[1] for row in connection.execute(query)}
    new = first_with((id_, key(value)) for id_, value in old.items())
    changed = [{"of": id_, "to": value} for id_, value in new.items() if value != old[id_]]
    if changed:
        this = sa.update(_ARTICLES).where(_ARTICLES.c.id == sa.bindparam("of"))
        # First none of them: two articles may change places.
        connection.execute(this.values({column: None}), [{"of": one["of"]} for one in changed])
        connection.execute(this.values({column: sa.bindparam("to")}), changed)


def downgrade() -> None:
    op.drop_column("sources", "known_since")
    op.drop_column("sources", "newest_at")
    op.drop_column("articles", "history")
    op.drop_column("articles", "url")
    op.execute("ALTER TABLE articles RENAME COLUMN url_key TO url")
