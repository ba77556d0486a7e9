"""The offer of a language to a chat, and the words of the archive by the language of each article.

The words are removed here. storage/migrate.py indexes them again after all migrations, by the rules and tables of its
own version; each later change of the stems is a migration that removes them too. It imports nothing of the program.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade() -> None:
    op.add_column("chats", sa.Column("language_offered", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("DELETE FROM article_words")
