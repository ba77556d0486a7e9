"""The form of the posts of a group or channel: what one shows, and who sees it first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

# A line under each post: a name and a link. Longer ones would push the headline out of the notification.
MAX_SIGNATURE = 100
# How long a draft may wait for a person, in hours: the news of yesterday is nobody's news.
REVIEW_HOURS = (1, 3, 12)


@dataclass(frozen=True, slots=True)
class PostForm:
    """How a group or channel shows an article.

    `lead`: the first sentences under the headline; `preview`: Telegram's preview of the link; `hashtags`: a line of
    them from the article's topics; `signature`: a last line of plain text. `review_hours`: a draft goes to the chat's
    reviewers first, and is decided by `unreviewed` (True: posted, False: dropped) when so many hours have passed; None:
    posts are published at once.
    """

    lead: bool = True
    preview: bool = True
    hashtags: bool = False
    signature: str = ""
    review_hours: int | None = None
    unreviewed: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> PostForm:
        """Return the form of a stored object; a field of another version is left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def stored(self) -> dict[str, Any]:
        """Return the fields that differ from the default, to be stored as JSON."""
        return {name: value for name, value in asdict(self).items() if value != getattr(DEFAULT_FORM, name)}


DEFAULT_FORM = PostForm()
