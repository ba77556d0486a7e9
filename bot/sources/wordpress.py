"""WordPress's REST answer, asked for when the feed is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.domain.articles import MAX_TITLE_LENGTH, Article, canonical_url
from bot.domain.letters import storable_data
from bot.domain.snapshot import LETTERS_REPLACED, NotAPage, Snapshot
from bot.sources.feed import MAX_ITEMS, instant, plain_title
from bot.sources.html_text import one_line, paragraphs

_FIELDS = "id,date_gmt,guid,link,title,excerpt,content"


def rest_url(feed_url: str) -> str:
    """Return where the site of a feed answers REST questions about its newest posts."""
    parts = urlsplit(feed_url)
    return urlunsplit((parts.scheme, parts.netloc, "/wp-json/wp/v2/posts", f"per_page=20&_fields={_FIELDS}", ""))


def read_posts(text: str) -> Snapshot:
    """Read a list of posts; NotAPage for any other JSON."""
    try:
        posts, replaced = storable_data(json.loads(text))
    except (ValueError, RecursionError):
        raise NotAPage("neither a page nor readable JSON") from None
    if not isinstance(posts, list):
        raise NotAPage("JSON that is not a list of posts")
    articles, warnings = [], [LETTERS_REPLACED] if replaced else []
    for post in posts[:MAX_ITEMS]:
        article = _article(post) if isinstance(post, dict) else None
        if article is not None:
            articles.append(article)
    if len(articles) < len(posts):
        warnings.append(f"{len(posts) - len(articles)} posts were left out")
    if not articles:
        raise NotAPage("JSON without any post")
    return Snapshot("rest", articles=tuple(articles), warnings=tuple(warnings))


def _article(post: dict[str, Any]) -> Article | None:
    title = plain_title(_rendered(post.get("title")))
    if not title or len(title) > MAX_TITLE_LENGTH:
        return None
    body, subheadings, image = paragraphs(_rendered(post.get("content")) or _rendered(post.get("excerpt")))
    return Article(
        title=title,
        text=body,
        subheadings=subheadings,
        guid=one_line(_rendered(post.get("guid"))) or None,
        url=canonical_url(str(post.get("link") or "")),
        published_at=instant(post.get("date_gmt")),
        image_url=image,
    )


def _rendered(value: Any) -> str:
    return str(value.get("rendered") or "") if isinstance(value, dict) else ""
