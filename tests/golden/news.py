"""Articles, topics, search, saved articles, the digest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.domain.searches import Hit, SearchError, read
from bot.domain.topics import QueryError
from bot.domain.topics.document import Found
from bot.domain.topics.grammar import Term
from bot.domain.topics.subscription import FollowedTopic
from bot.views import actions, digest, news, saved, search, topics
from bot.views.message import Button
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, NOW, TABLE

FIRST, _SECOND, THIRD, WRONG = ARTICLES
OTHER_SITE = (THIRD,)
FOLLOWED = [
    FollowedTopic(1, "topic:nuclear", "nuclear", "instant"),
    FollowedTopic(2, "topic:uzbekistan", "uzbekistan", "silent"),
    FollowedTopic(3, '"middle corridor" -tender', None, "digest"),
]
PLACES = ("title", "tag", "text", "source")
REASONS = [("Nuclear", [Found(Term(("uranium",)), "uranium", place) for place in PLACES]), ("mine", [])]
LINES = [digest.DigestLine(row.resolved, row.previous) for row in TABLE]
HIT = Hit(FIRST, (("Kazakhstan Opens a ", False), ("Uranium", True), (" Mine", False)), (("The ", False), ("mine", True), (" opens", False)))  # fmt: skip


def listed(found: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    """The arguments of a list of news."""
    other = Lazy(lambda t: Button(t.plain("news.button_mine"), data=actions.NEWS_MINE(0)))
    heading = Lazy(lambda t: t("news.title_all"))
    return {
        "heading": heading,
        "page": 0,
        "more": True,
        "page_data": actions.NEWS_ALL,
        "zone": ALMATY,
        "other": other,
    } | more


def searched(words: str, found: tuple[Hit, ...], **more: Any) -> Any:
    """A sample of a search."""
    about = {"key": "uranium", "page": 0, "more": True, "zone": ALMATY} | more
    return sample(search.results, words, read(words), found, **about)


def content(**changes: Any) -> digest.DigestContent:
    """The content of a digest."""
    fields = {"date": NOW.date(), "lines": LINES, "articles": ARTICLES, "has_topics": True, "late": None}
    return digest.DigestContent(**(fields | changes))


SAMPLES = (
    sample(news.article_view, "", FIRST, ["Nuclear", "Kazakhstan"], ALMATY, OTHER_SITE),
    sample(news.article_view, "of no topic, corrected", THIRD, [], ALMATY, corrected=True),
    sample(news.article_view, "of many topics", FIRST, ["Nuclear", "Kazakhstan", "mine", "Energy", "Trade"], ALMATY),
    sample(news.article_view, "withdrawn", WRONG, ["Trade"], ALMATY),
    sample(news.burst, "", ARTICLES * 3, corrected=True),
    sample(news.why, "", FIRST, REASONS),
    sample(news.why, "no topic any more", FIRST, []),
    sample(news.mute, "", FIRST, [(1, "Nuclear"), (2, "Kazakhstan")]),
    sample(news.muted, "", FIRST, 1, "Nuclear", "instant"),
    sample(news.listing, "", ARTICLES, **listed(ARTICLES)),
    sample(news.listing, "none", (), **listed(())),
    sample(topics.listing, "", FOLLOWED),
    sample(topics.listing, "none", []),
    sample(topics.one, "", FOLLOWED[0]),
    sample(topics.picker, "", {"nuclear", "uzbekistan"}),
    sample(topics.subscribed, "new", FOLLOWED[2], True, ARTICLES[:3]),
    sample(topics.subscribed, "known, without articles", FOLLOWED[0], False, []),
    sample(topics.replacing, "after an edit", Lazy(lambda t: topics.subscribed(t, FOLLOWED[2], True, [])), FOLLOWED[:1]),
    *(sample(topics.problem, key, QueryError(f"topics.error.{key}", "-oil", "gas -oil", 4)) for key in ("exclusions", "field", "country", "topic")),
    sample(topics.not_subscribed, "", "uranium"),
    sample(topics.ended, "", FOLLOWED[0]),
    searched("uranium mine", (HIT,)),
    searched("uranium since:2026-01 until:2026-11 source:timesca", (HIT,), more=False),
    searched("kyzylkum", ()),
    searched("kyzylkum since:2025", ()),
    *(sample(search.problem, key, SearchError(f"search.error.{key}", "since:someday")) for key in ("date", "order", "source", "empty")),
    sample(search.how, ""),
    sample(saved.listing, "", ARTICLES, 9, 0, ALMATY),
    sample(saved.listing, "none", [], 0, 0, ALMATY),
    sample(digest.digest, "", content(), NOW),
    sample(digest.digest, "late, without topics", content(has_topics=False, late=8 * 60), NOW),
    sample(digest.digest, "the first, without news", content(lines=[digest.DigestLine(row.resolved, None) for row in TABLE], articles=[], date=dt.date(2026, 11, 29)), NOW),
    sample(digest.choose, "on", 8 * 60),
    sample(digest.choose, "off", None),
    sample(digest.set_to, "on", 8 * 60, "Almaty, UTC+05:00"),
    sample(digest.set_to, "off", None, "Almaty, UTC+05:00"),
)  # fmt: skip
