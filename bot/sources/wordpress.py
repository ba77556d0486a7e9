"""WordPress's REST answer, requested when the feed is refused, unreadable or empty."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.domain.articles import MAX_TITLE_LENGTH, Article
from bot.domain.boilerplate import without_boilerplate
from bot.domain.dates import read_date
from bot.domain.keys import published_link
from bot.domain.letters import storable_data
from bot.domain.snapshot import LETTERS_REPLACED, NotAPage, Snapshot
from bot.sources.addresses import MAX_LINK, join
from bot.sources.feed import MAX_GUID, MAX_ITEMS, plain_title, with_distinct_guids
from bot.sources.html_text import one_line, paragraphs
from bot.sources.json_text import find_json, whole_objects

_FIELDS = "id,date_gmt,guid,link,title,excerpt,content"


def rest_url(feed_url: str) -> str:
    """Return the REST address of the newest posts of a feed's site."""
    parts = urlsplit(feed_url)
    return urlunsplit((parts.scheme, parts.netloc, "/wp-json/wp/v2/posts", f"per_page=20&_fields={_FIELDS}", ""))


def read_posts(text: str, url: str | None = None) -> Snapshot:
    """Read a list of posts; NotAPage for any other JSON. Relative references are joined to `url`.

    Of a truncated list the complete posts are read, with a warning.
    """
    warnings = []
    try:
        posts = find_json(text)
    except ValueError:
        posts = whole_objects(text)
        if not posts:
            raise NotAPage("neither a page nor readable JSON") from None
        warnings.append("the list of posts breaks off; its last post was left out")
    if not isinstance(posts, list):
        raise NotAPage("JSON that is not a list of posts")
    posts, replaced = storable_data(posts)
    if replaced:
        warnings.append(LETTERS_REPLACED)
    articles = []
    for post in posts[:MAX_ITEMS]:
        article = _article(post, url) if isinstance(post, dict) else None
        if article is not None:
            articles.append(article)
    if len(articles) < len(posts):
        warnings.append(f"{len(posts) - len(articles)} posts were left out")
    if not articles:
        raise NotAPage("JSON without any post")
    return Snapshot("rest", articles=with_distinct_guids(articles), warnings=tuple(warnings))


def _article(post: dict[str, Any], url: str | None) -> Article | None:
    title = plain_title(_rendered(post.get("title")))
    if not title or len(title) > MAX_TITLE_LENGTH:
        return None
    link = join(url, str(post.get("link") or "")[: MAX_LINK + 1]) or ""
    markup = _rendered(post.get("content")) or _rendered(post.get("excerpt"))
    body, subheadings, image = paragraphs(markup, link or url)
    guid = one_line(_rendered(post.get("guid")))
    return Article(
        title=title,
        text=without_boilerplate(body, title),
        subheadings=subheadings,
        guid=guid if 0 < len(guid) <= MAX_GUID else None,
        url=published_link(link),
        published_at=read_date(str(post.get("date_gmt") or ""), dt.UTC),
        image_url=image,
    )


def _rendered(value: Any) -> str:
    """Return the HTML of a field, which some plugins print without the object around it."""
    found = value.get("rendered") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""
