"""The search index over the archive, and saved stories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.search_index
import storage.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Words = sa.Text().with_variant(storage.types.TsVector(), "postgresql")

# FTS5 keeps no text of its own: it reads article_words, and is told of each change there, with what it was before.
_OUT = (
    "INSERT INTO article_search(article_search, rowid, title, body) "
    "VALUES ('delete', old.article_id, old.title, old.body);"
)
_IN = "INSERT INTO article_search(rowid, title, body) VALUES (new.article_id, new.title, new.body);"
# The words are divided by spaces and hold only letters and digits: `ascii` divides them there and nowhere else.
_TABLE = (
    "CREATE VIRTUAL TABLE article_search USING fts5("
    "title, body, content='article_words', content_rowid='article_id', tokenize='ascii')"
)
_SQLITE = (
    _TABLE,
    f"CREATE TRIGGER article_words_added AFTER INSERT ON article_words BEGIN {_IN} END",
    f"CREATE TRIGGER article_words_gone AFTER DELETE ON article_words BEGIN {_OUT} END",
    f"CREATE TRIGGER article_words_changed AFTER UPDATE ON article_words BEGIN {_OUT} {_IN} END",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "article_words",
        sa.Column("article_id", _Id, nullable=False),
        sa.Column("title", _Words, nullable=False),
        sa.Column("body", _Words, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_words_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_article_words")),
    )
    if sqlite:
        for statement in _SQLITE:
            op.execute(statement)
    storage.search_index.fill(op.get_bind())
    if not sqlite:
        op.create_index("ix_article_words", "article_words", ["body"], postgresql_using="gin")
    op.create_table(
        "saved",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", _Id, nullable=False),
        sa.Column("saved_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_saved_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_saved_chat_id"), ondelete="CASCADE", onupdate="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "article_id", name=op.f("pk_saved")),
    )


def downgrade() -> None:
    op.drop_table("saved")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE article_search")
    op.drop_table("article_words")
