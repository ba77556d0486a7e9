"""Articles, topics, search, saved articles, the digest."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.searches import Hit, SearchError, SearchResults, read
from bot.domain.topics import QueryError
from bot.domain.topics.document import Found
from bot.domain.topics.grammar import Term
from bot.domain.topics.subscription import FollowedTopic
from bot.views import actions, digest, news, saved, search, topics
from bot.views.message import Button
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, CHAT, NOW, TABLE

FIRST, _SECOND, THIRD, WRONG = ARTICLES
OTHER_SITE = (THIRD,)
FOLLOWED = [
    FollowedTopic(1, "topic:nuclear", "nuclear", "instant", 1),
    FollowedTopic(2, "topic:uzbekistan", "uzbekistan", "silent", 2),
    FollowedTopic(3, '"middle corridor" -tender', None, "digest", 3, '"Middle Corridor" -tender'),
]
NARROWED = FollowedTopic(4, "topic:transport -metro", None, "instant", 4)
PLACES = ("title", "tag", "text", "source")
REASONS = [
    (FOLLOWED[0], [Found(Term(("uranium",)), "uranium", place) for place in PLACES]),
    (FOLLOWED[2], []),
]
LINES = [digest.DigestLine(row.resolved, row.previous) for row in TABLE]
HIT = Hit(FIRST, (("Kazakhstan Opens a ", False), ("Uranium", True), (" Mine", False)), (("The ", False), ("mine", True), (" opens", False)))  # fmt: skip
PAGE, NONE = SearchResults((HIT,), more=True, total=12), SearchResults((), more=False, total=0)
DAILY = replace(CHAT, digest_at=7 * 60 + 30, timezone="Asia/Tashkent")


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
        "now": NOW,
        "other": other,
    } | more


def searched(words: str, found: SearchResults) -> Any:
    """A sample of a search."""
    return sample(search.results, words, read(words), found, key="uranium", page=0, zone=ALMATY, now=NOW)


def content(**changes: Any) -> digest.DigestContent:
    """The content of a digest."""
    fields = {
        "date": NOW.date(),
        "lines": LINES,
        "articles": ARTICLES,
        "has_topics": True,
        "late": None,
        "on_topics": True,
    }
    return digest.DigestContent(**(fields | changes))


SAMPLES = (
    sample(news.article_view, "", FIRST, ["Nuclear", "Kazakhstan"], ALMATY, NOW, OTHER_SITE),
    sample(news.article_view, "of no topic, corrected and saved", THIRD, [], ALMATY, NOW, corrected=True, saved=True),
    sample(news.article_view, "of many topics", FIRST, ["Nuclear", "Kazakhstan", "mine", "Energy", "Trade", "China"], ALMATY, NOW),
    sample(news.article_view, "withdrawn", WRONG, ["Trade"], ALMATY, NOW),
    sample(news.burst, "", ARTICLES * 3, corrected=True),
    sample(news.why, "", FIRST, REASONS, "timesca"),
    sample(news.why, "no topic any more", FIRST, [], "timesca"),
    sample(news.unfollow, "", FIRST, FOLLOWED),
    sample(news.languages, "", ("en", "ru"), ("en",)),
    sample(news.languages, "no source in them", ("uz",), ("en",)),
    sample(news.listing, "", ARTICLES, **listed(ARTICLES)),
    sample(news.listing, "none", (), **listed(())),
    sample(topics.listing, "", FOLLOWED),
    sample(topics.listing, "none", []),
    sample(topics.one, "", FOLLOWED[0]),
    sample(topics.picker, "", FOLLOWED, None),
    sample(topics.picker, "in the digest", [NARROWED], 8 * 60),
    sample(topics.picker, "none chosen", [], None),
    sample(topics.unfollowed, "", FOLLOWED[2]),
    sample(topics.excluded, "", NARROWED, "metro", 1),
    sample(topics.subscribed, "new", FOLLOWED[2], True, ARTICLES[:3]),
    sample(topics.subscribed, "within a theme", FOLLOWED[2], True, [], NARROWED),
    sample(topics.subscribed, "known, without articles", FOLLOWED[0], False, []),
    sample(topics.replacing, "after an edit", Lazy(lambda t: topics.subscribed(t, FOLLOWED[2], True, [])), FOLLOWED[:1]),
    *(sample(topics.problem, key, QueryError(f"topics.error.{key}", "-oil", "gas -oil", 4)) for key in ("exclusions", "field", "country", "topic")),
    sample(topics.not_subscribed, "", "uranium"),
    searched("uranium mine", PAGE),
    searched("uranium since:2026-01 until:2026-11 source:timesca", SearchResults((HIT,), more=False, total=1)),
    searched("kyzylkum", NONE),
    searched("kyzylkum since:2025", NONE),
    sample(search.best, "", read("Uranium mine"), PAGE, "Uranium mine", ALMATY, NOW),
    sample(search.nothing_found, "", "whatever", actions.CONVERT_ASK(Decimal(100), "USD", "KZT")),
    *(sample(search.problem, key, SearchError(f"search.error.{key}", "since:someday")) for key in ("date", "order", "source", "empty")),
    sample(search.how, ""),
    sample(saved.listing, "", ARTICLES, 9, 0, ALMATY, NOW),
    sample(saved.listing, "none", [], 0, 0, ALMATY, NOW),
    sample(digest.digest, "", content(), NOW, ALMATY),
    sample(digest.digest, "late, without topics", content(has_topics=False, on_topics=False, late=8 * 60, span=dt.timedelta(days=3)), NOW, ALMATY),
    sample(digest.digest, "the first, without news on the topics", content(lines=[digest.DigestLine(row.resolved, None) for row in TABLE], articles=ARTICLES[:3], on_topics=False, span=dt.timedelta(days=1)), NOW, ALMATY),
    sample(digest.choose, "on", DAILY, NOW),
    sample(digest.choose, "off", CHAT, NOW),
    sample(digest.typing, ""),
    sample(digest.not_a_time, ""),
    sample(digest.set_to, "on", DAILY, NOW),
    sample(digest.set_to, "off", CHAT, NOW),
)  # fmt: skip
