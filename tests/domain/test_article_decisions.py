"""Decisions on articles, by an archive in memory that carries them out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article_decisions import (
    ArticleIntent,
    ArticleRecord,
    CompleteArticle,
    CorrectArticle,
    StoreArticle,
    WithdrawArticle,
    decide_article,
    is_known,
    keys_of,
)
from bot.domain.articles import Article
from bot.domain.events import MAX_CORRECTIONS

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FEED = Article("Gold mine opens", "It opened.", guid="https://a.example/1", url="https://a.example/gold")


class Archive:
    """Records in memory; `list` carries out what is decided of an article."""

    def __init__(self) -> None:
        self.records: dict[int, ArticleRecord] = {}
        self.now = NOW

    def list(self, article: Article, source: str = "feed") -> ArticleIntent:
        self.now += HOUR
        intent = decide_article(self.records.values(), source, article, self.now)
        id_ = len(self.records) + 1 if isinstance(intent, StoreArticle) else intent.after.id
        self.records[id_] = replace(intent.after, id=id_)
        return intent


TITLES = st.sampled_from(
    ["Gold mine opens", "GOLD MINE OPENS!", "Mine burns", "Withdrawn: Gold mine opens", "Withdrawn"]
)
LISTED = st.builds(
    Article,
    TITLES,
    st.sampled_from(["", "It opened.", "It opened. People came."]),
    guid=st.sampled_from([None, "1", "2", "https://a.example/1"]),
    url=st.sampled_from([None, "https://a.example/gold", "http://www.a.example/gold/", "https://b.example/2"]),
    published_at=st.sampled_from([None, NOW - HOUR, NOW]),
    shared_link=st.booleans(),
)
SOURCES = st.sampled_from(["feed", "other"])


@given(st.lists(st.tuples(LISTED, SOURCES), max_size=12))
def test_keys_stay_unique_and_an_article_listed_twice_changes_nothing(listed: list[tuple[Article, str]]) -> None:
    archive = Archive()
    for article, source in listed:
        archive.list(article, source)
        for key in ("guid", "url_key"):
            held = [getattr(one, key) for one in archive.records.values() if getattr(one, key) is not None]
            assert len(held) == len(set(held))
        before = dict(archive.records)
        archive.list(article, source)
        archive.list(article, source)
        assert len(archive.records) - len(before) in (0, 1)  # one whose keys are all taken may come again
    assert all(one.listed_at == (one.published_at or one.first_seen_at) for one in archive.records.values())


@given(st.lists(LISTED, max_size=8), LISTED)
def test_a_stored_article_is_known(listed: list[Article], article: Article) -> None:
    archive = Archive()
    for one in (*listed, article):
        archive.list(one)
    assert any(is_known([record], article) for record in archive.records.values()) or "ithdrawn" in article.title


def test_another_source_completes_and_never_corrects() -> None:
    archive = Archive()
    archive.list(replace(FEED, guid=None, url=None))
    completed = archive.list(replace(FEED, text="It opened. People came."), "other")
    assert isinstance(completed, CompleteArticle)
    assert (completed.after.source, completed.after.url, completed.after.text) == (
        "other",
        FEED.url,
        "It opened. People came.",
    )
    assert isinstance(archive.list(FEED), CompleteArticle)


def test_a_withdrawal_marks_the_article_and_is_taken_back() -> None:
    archive = Archive()
    archive.list(FEED)
    withdrawn = archive.list(replace(FEED, title="Withdrawn: Gold mine opens"))
    assert isinstance(withdrawn, WithdrawArticle)
    assert (withdrawn.after.title, withdrawn.after.withdrawn_at) == (FEED.title, archive.now)
    assert isinstance(archive.list(replace(FEED, title="Withdrawn: Gold mine opens")), CompleteArticle)
    back = archive.list(FEED)
    assert type(back) is CorrectArticle
    assert (back.headline, back.after.withdrawn_at) == (True, None)


def test_a_denial_of_what_another_source_published_is_a_new_article() -> None:
    archive = Archive()
    archive.list(FEED)
    denied = archive.list(Article("Retraction: Gold mine opens"), "other")
    assert isinstance(denied, StoreArticle)
    assert denied.denial


def test_messages_are_edited_for_a_headline_until_it_changed_too_often() -> None:
    archive = Archive()
    archive.list(FEED)
    edits = []
    for n in range(MAX_CORRECTIONS + 2):
        corrected = archive.list(replace(FEED, title=f"Gold mine number {n} opens"))
        assert isinstance(corrected, CorrectArticle)
        edits.append(corrected.edits_messages)
    assert edits == [True] * MAX_CORRECTIONS + [False] * 2
    text = archive.list(replace(FEED, title=f"Gold mine number {n} opens", text="It closed."))
    assert isinstance(text, CorrectArticle)
    assert not text.edits_messages


def test_a_pruned_text_stays_pruned() -> None:
    archive = Archive()
    archive.list(FEED)
    archive.records[1] = replace(archive.records[1], text="", pruned=True)
    assert isinstance(archive.list(FEED), CompleteArticle)
    assert archive.records[1].text == ""


def test_the_keys_of_a_withdrawal_hold_the_title_behind_the_word() -> None:
    assert keys_of(Article("Withdrawn: Gold mine opens")).titles == {"withdrawn gold mine opens", "gold mine opens"}
