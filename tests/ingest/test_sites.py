"""Many sites: each with its own schedule, its own first poll and its own failures."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from aiohttp import web

from bot.domain.sites import FEED, Site
from bot.sources.backoff import SLOWEST
from bot.sources.fetch import Fetcher
from storage import article_lists, mutes, sources
from storage.database import Database
from tests.ingest.conftest import PERIOD, T0, Reader, Stand, item, rss

HOUR = dt.timedelta(hours=1)


def also(reader: Reader, *ids: str, **parts: object) -> None:
    """Let the reader read other sites too, each at its own path."""
    more = [Site(id_, id_.title(), f"{reader.stand.url}/{id_}/", **parts) for id_ in ids]  # type: ignore[arg-type]
    reader.sites = (*reader.sites, *more)
    for id_ in ids:
        reader.stand.bodies.setdefault(f"/{id_}/", rss().encode())


async def test_a_site_s_first_poll_fills_and_sends_nothing_and_the_second_sends(reader: Reader) -> None:
    also(reader, "kabar")
    reader.stand.serve("/feed/", rss(item("The home story", guid=1, date=T0)))
    reader.stand.serve("/kabar/", rss(item("The first story", guid=1, date=T0)))
    await reader.poll()
    assert await reader.delivered() == ["The home story"]
    assert {(article.source, article.site) for article in await reader.articles()} == {
        (FEED, "Home"),
        ("kabar", "Kabar"),
    }
    reader.stand.serve(
        "/kabar/", rss(item("The second story", guid=2, date=T0), item("The first story", guid=1, date=T0))
    )
    await reader.poll()
    assert sorted(await reader.delivered()) == ["The home story", "The second story"]


async def test_one_number_is_a_article_of_each_site(reader: Reader) -> None:
    also(reader, "kabar", "tazabek")
    for name in ("feed", "kabar", "tazabek"):
        reader.stand.serve(
            f"/{name}/", rss(item(f"A story of {name}", guid=1001, link=f"https://{name}.org/1", date=T0))
        )
    for _ in range(2):
        await reader.poll()
    assert len(await reader.articles()) == 3


async def test_a_site_that_is_off_is_not_asked_and_an_operator_s_switch_wins(reader: Reader) -> None:
    also(reader, "kabar", enabled=False)
    reader.stand.serve("/kabar/", rss(item("A story", guid=1, date=T0)))
    assert "kabar" not in await reader.poll()
    async with reader.database.write() as connection:
        await sources.switch(connection, "kabar", reader.sites[1].url, True)
        await sources.switch(connection, FEED, reader.sites[0].url, False)
    reader.stand.asked.clear()
    polled = await reader.poll()
    assert polled["kabar"].error is None
    assert sorted(reader.stand.asked) == ["/", "/kabar/"]


async def test_a_site_that_is_switched_on_again_fills_first(reader: Reader) -> None:
    home = reader.sites[0]

    async def switch(on: bool) -> None:
        async with reader.database.write() as connection:
            await sources.switch(connection, home.id, home.url, on)

    await switch(False)
    reader.stand.serve("/feed/", rss(item("A story of meanwhile", guid=1, date=T0)))
    await reader.poll()
    await switch(True)
    await reader.poll()
    assert [article.title for article in await reader.articles()] == ["A story of meanwhile"]
    await switch(True)  # once more is no news
    reader.stand.serve("/feed/", rss(item("A new story", guid=2, date=T0)))
    await reader.poll()
    assert await reader.delivered() == ["A new story"]


async def test_a_switch_during_a_poll_is_not_forgotten(reader: Reader) -> None:
    state = await reader.state(FEED)
    async with reader.database.write() as connection:
        await sources.switch(connection, FEED, reader.sites[0].url, False)
        await sources.save(connection, state)  # the poll that began before
        assert await sources.switches(connection) == {FEED: False}


async def test_a_feed_that_changes_is_asked_more_often_than_one_that_does_not(reader: Reader) -> None:
    also(reader, "kabar")
    polls = {FEED: 0, "kabar": 0}
    until = reader.now + 40 * PERIOD
    while reader.now < until:
        reader.stand.serve("/kabar/", rss(item("A story", guid=reader.now.isoformat(), date=reader.now)))
        for name, polled in (await reader.poll(force=False)).items():
            if name in polls:
                polls[name] += not polled.skipped
        reader.now += dt.timedelta(minutes=5)
    assert polls["kabar"] == 40
    assert polls[FEED] < 40 / 2
    quiet, busy = await reader.state(FEED), await reader.state("kabar")
    assert quiet.interval_seconds == (PERIOD * SLOWEST).total_seconds()
    assert (quiet.changes, quiet.changed_at) == (0, None)
    assert busy.interval_seconds == PERIOD.total_seconds()
    assert (busy.polls, busy.changes) == (40, 40)
    assert busy.changed_at == busy.last_attempt_at


async def test_a_site_may_ask_for_its_own_shortest_interval(reader: Reader) -> None:
    also(reader, "kabar", poll=HOUR)
    reader.stand.serve("/kabar/", rss(item("A story", guid=1, date=T0)))
    await reader.poll()
    reader.now += HOUR - dt.timedelta(seconds=1)
    assert (await reader.poll(force=False))["kabar"].skipped
    reader.now += dt.timedelta(seconds=1)
    assert not (await reader.poll(force=False))["kabar"].skipped


async def test_a_broken_site_holds_up_no_other_and_its_error_is_kept(reader: Reader) -> None:
    also(reader, "kabar", "tazabek")
    reader.stand.serve("/kabar/", rss(item("The first story", guid=1, date=T0)))
    await reader.poll()
    del reader.stand.bodies["/tazabek/"]
    reader.stand.serve("/kabar/", rss(item("The second story", guid=2, date=T0)))
    reader.now += HOUR
    polled = await reader.poll()
    assert polled["tazabek"].error == (await reader.state("tazabek")).last_error == "the site answered 404"
    assert await reader.delivered() == ["The second story"]
    following = (await reader.state("tazabek")).next_attempt_at
    assert following is not None
    assert following >= reader.now + PERIOD


async def test_a_site_that_never_answers_lets_the_others_be_read_meanwhile(database: Database) -> None:
    asked, release = asyncio.Event(), asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        await release.wait()
        return web.Response(status=500)

    application = web.Application()
    application.router.add_get("/{path:.*}", hang)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stuck = f"http://127.0.0.1:{runner.addresses[0][1]}/feed/"
    stand, fetcher = Stand(), Fetcher("test", allow_private=True)
    await stand.start()
    for path in ("/", "/feed/", "/kabar/"):
        stand.serve(path, rss(item(f"A story of {path}", guid=path, link=f"https://example.org{path}", date=T0)))
    reader = Reader(
        database, stand, fetcher, [Site(FEED, "Home", f"{stand.url}/feed/"), Site("stuck", "Stuck", stuck), Site("kabar", "Kabar", f"{stand.url}/kabar/")]
    )  # fmt: skip
    polling = asyncio.create_task(reader.poll())
    await asyncio.wait_for(asked.wait(), 20)
    async with asyncio.timeout(20):
        while len(await reader.articles()) < 2 or (await reader.state("page")).last_attempt_at is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert not polling.done()
    release.set()
    assert (await polling)["stuck"].error == "the site answered 500"
    await fetcher.close()
    await stand.stop()
    await runner.cleanup()


async def test_only_the_home_site_s_silence_is_sent_to_people(reader: Reader) -> None:
    also(reader, "kabar")
    await reader.poll()
    del reader.stand.bodies["/kabar/"]
    for _ in range(6):
        await reader.poll()
    assert (await reader.state("kabar")).stale_since is not None
    async with reader.database.read() as connection:
        assert await sources.title_of(connection, "kabar") == "Kabar"
    reader.stand.serve("/kabar/", rss())
    await reader.poll()
    assert (await reader.state("kabar")).stale_since is None
    assert await reader.delivered() == []


@pytest.mark.parametrize(
    ("words", "follows"),
    [
        ("source:kabar", True),
        ('source:"the kabar agency"', True),
        ("source:agency story", True),
        ("source:кабар", False),
        ("source:example.org", True),
        ("source:timesca", False),
        ("story -source:kabar", False),
    ],
)
async def test_a_source_is_known_by_its_id_its_name_and_its_host(reader: Reader, words: str, follows: bool) -> None:
    reader.sites = (*reader.sites, Site("kabar", "The Kabar Agency", f"{reader.stand.url}/kabar/"))
    reader.stand.serve("/kabar/", rss())
    await reader.poll()
    await reader.listen(words, person=2)
    reader.stand.serve("/kabar/", rss(item("A story", link="https://www.example.org/1", date=T0)))
    await reader.poll()
    assert await reader.delivered(2) == ["A story"] * follows
    await reader.listen(words, person=3)  # a later subscriber has the same among the stored articles
    async with reader.database.read() as connection:
        assert [article.title for article in await article_lists.for_chat(connection, 3, 10)] == ["A story"] * follows


async def test_a_muted_source_is_not_sent(reader: Reader) -> None:
    also(reader, "kabar")
    await reader.listen(person=2)
    await reader.poll()
    async with reader.database.write() as connection:
        await mutes.mute(connection, 2, ["kabar"])
    reader.stand.serve("/kabar/", rss(item("A story", guid=1, date=T0)))
    reader.stand.serve("/feed/", rss(item("A home story", guid=1, date=T0)))
    await reader.poll()
    assert sorted(await reader.delivered(1)) == ["A home story", "A story"]
    assert await reader.delivered(2) == ["A home story"]
