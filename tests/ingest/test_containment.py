"""One bad part costs itself: its neighbours, its source and the other sources are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.domain.article_decisions import ArticleRecord
from bot.domain.articles import Article
from bot.domain.sites import FEED, Site
from bot.domain.snapshot import NotAPage
from bot.ingest import ingest as ingesting
from bot.ingest import poll as polling
from bot.ingest.containment import Level
from bot.ingest.counting import contained, count_pass
from bot.ingest.matching import Matcher
from bot.ingest.source_health import is_of_source, reason
from bot.metrics import Metrics
from bot.sources.source import SourceRead
from storage import articles
from storage.database import Database
from storage.errors import StorageError
from tests.ingest.conftest import PERIOD, T0, Reader, item, rss

Store = Callable[..., Any]


def spoiled(store: Store, error: Exception, word: str = "bad") -> Store:
    """`articles.add`, with an error after every article whose title has a word."""

    async def spoil(connection: Any, record: ArticleRecord) -> int:
        stored: int = await store(connection, record)
        if word in record.title:
            raise error
        return stored

    return spoil


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RecursionError(), OverflowError("x")])
async def test_a_article_that_cannot_be_stored_costs_no_other(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(articles, "add", spoiled(articles.add, error))
    titles = [f"A {kind} story {n}" for n, kind in enumerate(["good", "bad", "good", "good", "good", "good"])]
    reader.stand.serve("/feed/", rss(*(item(t, guid=t, date=reader.now) for t in titles)))
    with capture_logs() as logs:
        for _ in range(3):
            polled = (await reader.poll())[FEED]
            reader.now += PERIOD
    good = [title for title in titles if "bad" not in title]
    assert sorted(await reader.delivered()) == sorted(good)  # the burst is one message with all its articles
    assert sorted(one.title for one in await reader.articles()) == sorted(good)
    assert (polled.error, contained(polled)) == (None, {Level.ARTICLE: 1})
    state = await reader.state(FEED)
    assert (state.failures, state.problem) == (0, f"article not stored ({type(error).__name__})")
    assert [x["log_level"] for x in logs if x["event"] == "item_not_stored"] == ["error"] * 3  # by a new process each
    assert "bad story" not in json.dumps(logs, default=str)


async def test_what_is_left_out_is_logged_once_by_a_process(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "add", spoiled(articles.add, ValueError("x")))
    made = polling.Poller(
        reader.database, Matcher(), reader._fetcher, reader.sites, f"{reader.stand.url}/", 900, lambda: reader.now
    )
    with capture_logs() as logs:
        for n in range(3):
            reader.stand.serve("/feed/", rss(item("A bad story", guid="1"), *["<item></item>"] * (n + 1)))
            await made.run_pass(force=True)
    assert [x["event"] for x in logs if x["log_level"] != "info"] == ["source_warning", "item_not_stored"]


async def test_a_database_that_is_away_is_no_source_s_fault(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "add", spoiled(articles.add, StorageError("the disk is full"), ""))
    reader.stand.serve("/feed/", rss(item("A story", guid="1")))
    with pytest.raises(StorageError):
        await reader.poll()
    assert (await reader.state(FEED)).failures == 0


@pytest.mark.parametrize("where", ["look", "store"])
async def test_any_error_of_the_program_in_one_source_is_its_failure_only(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    reader.sites = (*reader.sites, *(Site(name, name, f"{reader.stand.url}/{name}") for name in ("one", "two")))
    for name in ("one", "two"):
        reader.stand.serve(f"/{name}", rss(item(f"A story of {name}", guid=name)))

    def broken(work: Store) -> Store:
        async def run(*arguments: Any, **options: Any) -> Any:
            if any(str(getattr(one, "url", one)).endswith("one") for one in arguments):
                raise UnicodeEncodeError("utf-8", "secret words \ud83c", 13, 14, "surrogates not allowed")
            return await work(*arguments, **options)

        return run

    if where == "look":
        monkeypatch.setattr(polling, "fetch_site", broken(polling.fetch_site))
    else:
        monkeypatch.setattr(polling, "ingest", broken(polling.ingest))
    metrics = Metrics()
    with capture_logs() as logs:
        for _ in range(2):
            polled = await reader.poll()
            count_pass(metrics, list(polled.values()))
    assert [one.title for one in await reader.articles()] == ["A story of two"]
    assert polled["page"].error is None
    assert polled["one"].error == "an error of the program (UnicodeEncodeError)"
    assert (await reader.state("one")).failures == 2
    assert [x["source"] for x in logs if x["event"] == "poll_failed"] == ["one"]
    assert "secret" not in json.dumps(logs, default=str)
    labels = {"level": "source", "source": "one"}
    assert metrics.registry.get_sample_value("jarchi_poll_defects_total", labels) == 2
    assert metrics.registry.get_sample_value("jarchi_source_consecutive_failures", {"source": "one"}) == 2
    assert metrics.registry.get_sample_value("jarchi_source_consecutive_failures", {"source": "two"}) == 0


async def test_half_a_letter_in_a_post_stops_nothing(reader: Reader) -> None:
    def post(number: int, title: str) -> dict[str, Any]:
        return {
            "title": {"rendered": title},
            "link": f"https://k.example/{number}/\ud83d",
            "guid": {"rendered": f"https://k.example/?p={number}\udcc8"},
            "content": {"rendered": f"<p>text \ud83c {number}</p>"},
        }

    del reader.stand.bodies["/feed/"]
    posts = [post(1, "First story \ud83c"), post(2, "Second \x00story")]
    reader.stand.serve("/wp-json/wp/v2/posts", json.dumps(posts))
    for _ in range(2):
        polled = await reader.poll()
        assert all(one.error is None for one in polled.values())
    assert sorted(one.title for one in await reader.articles()) == ["First story \ufffd", "Second story"]
    assert contained(polled[FEED]) == {Level.LETTER: 1}


async def test_a_validator_that_cannot_be_stored_is_not_kept(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    real = polling.fetch_site

    async def look(*arguments: Any, **options: Any) -> SourceRead:
        read = await real(*arguments, **options)
        return SourceRead(read.snapshot, '"half \udcff"', "Mon, 30 Mar 2026 10:00:00 GMT")

    monkeypatch.setattr(polling, "fetch_site", look)
    polled = await reader.poll()
    state = await reader.state(FEED)
    assert (polled[FEED].error, state.etag, state.last_modified) == (None, None, "Mon, 30 Mar 2026 10:00:00 GMT")


async def test_a_reader_s_own_error_names_its_kind_and_not_what_it_read(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_arguments: Any, **_options: Any) -> Any:
        raise ValueError("secret words")

    monkeypatch.setattr("bot.sources.source.read", read)
    polled = await reader.poll()
    for one in polled.values():
        assert one.crashed
        assert one.error is not None
        assert "ValueError" in one.error
        assert "secret" not in one.error


async def test_a_feed_that_had_articles_and_has_none_is_a_failure(reader: Reader) -> None:
    assert (await reader.poll())[FEED].error is None  # an empty feed that never had any
    reader.stand.serve("/feed/", rss(item("A story", guid="1")))
    assert (await reader.poll())[FEED].error is None
    reader.stand.serve("/feed/", rss())
    assert "without stories" in str((await reader.poll())[FEED].error)
    reader.stand.serve("/feed/", rss("<item><title></title></item>"))
    assert "without one readable article" in str((await reader.poll())[FEED].error)
    reader.stand.serve("/feed/", rss(item("A story", guid="1")))
    assert (await reader.poll())[FEED].error is None


LETTERS = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LETTERS, LETTERS, LETTERS, LETTERS), min_size=1, max_size=4))
async def test_whatever_letters_a_neighbour_has_a_article_is_stored(
    database: Database, parts: list[tuple[str, str, str, str]]
) -> None:
    bad = [
        Article(title=f"T {title}", text=text, guid=f"g {guid}", url=f"https://k.example/{link}", categories=(text,))
        for title, text, guid, link in parts
    ]
    snapshot = ingesting.Snapshot("rest", articles=(*bad, Article(title="The neighbour", guid="neighbour")))
    async with database.read() as connection:
        before = await articles.count(connection)
    done = await ingesting.ingest(database, Matcher(), "k", snapshot, T0, filling=True)
    assert (done.lost, len(done.articles)) == ((), len(bad) + 1)
    async with database.read() as connection:
        assert await articles.count(connection) >= max(before, 1)


def test_an_unreadable_document_is_the_source_s() -> None:
    error = NotAPage("a feed that cannot be read (XMLSyntaxError)")
    error.__cause__ = ValueError("x")
    assert is_of_source(error)
    assert reason(error) == "a feed that cannot be read (XMLSyntaxError)"
