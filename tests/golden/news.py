"""Articles, topics, search, saved articles, the digest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.posts import PostForm
from bot.domain.searches import Hit, SearchError, SearchResults, read
from bot.domain.topics import QueryError
from bot.domain.topics.document import Found
from bot.domain.topics.grammar import Term
from bot.domain.topics.subscription import FollowedTopic
from bot.views import actions, digest, news, posts, saved, search, topics
from bot.views.message import Button
from tests.golden.policy_rates import CBR, TODAY
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, CHAT, DAY, NOW, OWN, TABLE

FIRST, _SECOND, THIRD, WRONG = ARTICLES
OTHER_SITE = (THIRD,)
FOLLOWED = [
    FollowedTopic(1, "topic:nuclear", "nuclear", "instant", 1),
    FollowedTopic(2, "topic:transport -metro", None, "silent", 2),
    FollowedTopic(3, '"middle corridor" -tender', None, "digest", 3, '"Middle Corridor" -tender'),
]
STRICT = FollowedTopic(4, "strict:energy", None, "instant", 4)
BY_TOPIC = [
    (
        FOLLOWED[0],
        [
            Found(Term(("nuclear",), field="topic"), words, place)
            for words, place in (
                ("uranium", "title"),
                ("nuclear fuel", "lead"),
                ("nuclear energy", "tag"),
                ("kazatomprom", "text"),
            )
        ],
    ),
    (
        FollowedTopic(5, "topic:kazakhstan", "kazakhstan", "instant", 5),
        [Found(Term(("kazakhstan",), field="topic"), "inform.kz", "home")],
    ),
    (STRICT, [Found(Term(("energy",), field="strict"), words, "title") for words in ("pipeline", "export … gas")]),
]
REASONS = [
    (
        FOLLOWED[0],
        [Found(Term(("uranium",)), "uranium", place) for place in ("title", "tag", "text", "source")],
    ),
    (FOLLOWED[2], []),
]
LINES = [digest.DigestLine(row.resolved, row.previous) for row in TABLE]
HIT = Hit(FIRST, (("Kazakhstan Opens a ", False), ("Uranium", True), (" Mine", False)), (("The ", False), ("mine", True), (" opens", False)))  # fmt: skip
PROBLEMS = (
    ("long", "", "", 0),
    ("quote", '"middle corridor', 'uranium "middle corridor', 8),
    ("terms", "", "", 0),
    ("prefix", "u*", "u* mine", 0),
    ("phrase", '"…"', '"…" mine', 0),
    ("or", "|", "gas |", 4),
    ("empty", "", "", 0),
    ("exclusions", "-oil", "-oil", 0),
    ("field", "title", "title:gas", 0),
    ("nothing", "country:", "country: gas", 0),
    ("country", "france", "country:france gas", 0),
    ("topic", "sport", "topic:sport", 0),
)
SEARCH_PROBLEMS = (("date", "someday"), ("order", ""), ("source", "…"), ("empty", ""))
CHANNEL = replace(CHAT, id=-100, kind="channel", post_form=PostForm(hashtags=True))
NEW_CHAT = replace(CHAT, digest_times=())
DAILY = replace(CHAT, digest_times=(7 * 60 + 30,), timezone="Asia/Tashkent")


def listed(**more: Any) -> dict[str, Any]:
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


def searched(words: str, *found: Hit, page: int = 0, total: int = 12) -> Any:
    """A sample of a search."""
    results = SearchResults(found, total > 5, total if found else 0)
    return sample(search.results, words, read(words), results, key="uranium", page=page, zone=ALMATY, now=NOW)


def content(**changes: Any) -> digest.DigestContent:
    """The content of a digest."""
    fields = {"date": NOW.date(), "lines": LINES, "articles": ARTICLES, "has_topics": True, "late": None}
    return digest.DigestContent(**(fields | {"on_topics": True} | changes))


SAMPLES = (
    sample(news.article_view, "", FIRST, ["Nuclear & uranium", "Kazakhstan"], ALMATY, NOW, OTHER_SITE),
    sample(news.article_view, "of no topic, corrected, saved", THIRD, [], ALMATY, NOW, corrected=True, saved=True),
    sample(news.article_view, "of many topics", FIRST, ["Nuclear & uranium", "Kazakhstan", "mine", "Energy", "Trade", "Ports"], ALMATY, NOW),
    sample(news.article_view, "withdrawn", WRONG, ["Trade"], ALMATY, NOW),
    sample(news.burst, "", ARTICLES * 3, corrected=True),
    sample(news.burst, "in a channel", ARTICLES[:4], in_channel=True),
    sample(posts.article_post, "in a channel", CHANNEL, FIRST, [("topic:nuclear", "nuclear"), ("mine", None)], NOW, OTHER_SITE),
    sample(posts.burst_post, "in a channel", CHANNEL, ARTICLES[:2], [[("topic:nuclear", "nuclear")], []]),
    sample(news.why, "", FIRST, REASONS, "timesca"),
    sample(news.why, "curated topics", FIRST, BY_TOPIC, "timesca"),
    sample(news.why, "a word to exclude", FIRST, [(FOLLOWED[1], [Found(Term(("transport",), field="topic"), "corridor", "title")])], "timesca"),
    sample(news.why, "no topic any more", FIRST, [], "timesca"),
    sample(news.unfollow, "", FIRST, FOLLOWED),
    sample(news.languages, "", ["en", "ru", "ky"], ["en"]),
    sample(news.languages, "no source has them", ["ru", "ky"], ["en"]),
    sample(news.listing, "", ARTICLES, **listed()),
    sample(news.listing, "a later page", ARTICLES, **listed(page=1, pages=4)),
    sample(news.listing, "none", (), **listed()),
    sample(topics.listing, "", [*FOLLOWED, STRICT]),
    sample(topics.listing, "none", []),
    *(sample(topics.one, one.level, one) for one in FOLLOWED),
    sample(topics.one, "strict", STRICT),
    sample(topics.picker, "", FOLLOWED, ()),
    sample(topics.picker, "once a day", FOLLOWED[2:], (7 * 60 + 30, 18 * 60)),
    sample(topics.picker, "nothing chosen", [], ()),
    sample(topics.subscribed, "new", FOLLOWED[2], True, ARTICLES[:3]),
    sample(topics.subscribed, "within another", FOLLOWED[2], True, [], FOLLOWED[1]),
    sample(topics.subscribed, "known, without articles", FOLLOWED[0], False, []),
    sample(topics.replacing, "after an edit", Lazy(lambda t: topics.subscribed(t, FOLLOWED[2], True, [])), FOLLOWED[:1]),
    *(sample(topics.problem, key, QueryError(f"topics.error.{key}", at, text, position)) for key, at, text, position in PROBLEMS),
    sample(topics.not_subscribed, "", "uranium"),
    sample(topics.unfollowed, "", FOLLOWED[0]),
    sample(topics.unfollowed, "strict", STRICT),
    sample(topics.excluded, "", FOLLOWED[1], "metro", 7),
    searched("Uranium mine", HIT),
    searched("Uranium since:2026-01 until:2026-11 source:timesca", HIT, total=1),
    searched("Tokayev", HIT, page=1),
    searched("Kyzylkum"),
    searched("Kyzylkum since:2025"),
    sample(search.best, "", read("Uranium"), SearchResults((HIT,), True, 12), "uranium", ALMATY, NOW),
    sample(search.nothing_found, "", "Kyzylkum", actions.CONVERT_ASK(Decimal(100), "USD", "KZT")),
    *(sample(search.problem, key, SearchError(f"search.error.{key}", at)) for key, at in SEARCH_PROBLEMS),
    sample(search.how),
    sample(saved.listing, "", ARTICLES, 9, 0, ALMATY, NOW),
    sample(saved.listing, "none", [], 0, 0, ALMATY, NOW),
    sample(digest.digest, "", content(), NOW, ALMATY),
    sample(digest.digest, "decisions on policy rates", content(decisions=(TODAY, CBR)), NOW, ALMATY),
    sample(digest.digest, "own currencies, nothing new on the topics", content(own=OWN, lines=LINES[:2], articles=ARTICLES[:3], on_topics=False), NOW, ALMATY),
    sample(digest.digest, "late, without topics", content(has_topics=False, on_topics=False, late=8 * 60), NOW, ALMATY),
    sample(digest.digest, "the first, without news", content(articles=[], on_topics=False, span=DAY), NOW, ALMATY),
    sample(digest.digest, "after a week, before the first poll", content(lines=[], span=7 * DAY), NOW, ALMATY),
    sample(digest.digest, "after a week", content(articles=ARTICLES[:1], span=7 * DAY), NOW, ALMATY),
    sample(digest.choose, "on", DAILY, NOW),
    sample(digest.choose, "off", NEW_CHAT, NOW),
    sample(digest.set_to, "twice a day", replace(DAILY, digest_times=(7 * 60 + 30, 18 * 60 + 30)), NOW),
    sample(digest.typing),
    sample(digest.not_a_time),
    sample(digest.set_to, "on", DAILY, NOW),
    sample(digest.set_to, "off", NEW_CHAT, NOW),
)  # fmt: skip
