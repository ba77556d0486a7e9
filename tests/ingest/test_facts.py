"""Facts missing from a feed are not guessed: dates, links, and known articles, through the real poller."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bot.domain.freshness import LATE_PUBLICATION, HighWater, history
from bot.domain.sites import Site
from storage import article_lists
from tests.ingest.conftest import T0, Reader, item, rss

HOUR = dt.timedelta(hours=1)


async def from_now(reader: Reader, *listed: str) -> None:
    """Let the home site's first poll list these items."""
    reader.sites = (Site("paper", "Paper", f"{reader.stand.url}/paper/", timezone="Asia/Bishkek"),)
    reader.stand.serve("/paper/", rss(*listed))
    await reader.poll()
    assert await reader.delivered() == []


@pytest.mark.parametrize(
    "guid", ["2018", "1007", "20260101", "2026-01-01", "2026-01-01T00:00:00Z", "x-7", "1775035800"]
)
async def test_a_guid_dates_nothing(reader: Reader, guid: str) -> None:
    reader.stand.serve("/feed/", rss(item("A story", guid=guid)))
    await reader.poll()
    assert [(article.published_at, article.listed_at) for article in await reader.articles()] == [(None, T0)]
    assert await reader.delivered() == ["A story"]


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("01.04.2026 14:00", T0 - HOUR * 1.5),
        ("1 апреля 2026, 14:00", T0 - HOUR * 1.5),
        ("Wed, 01 Apr 2026 14:00:00", T0 - HOUR * 1.5),
        ("Wed, 01 Apr 2026 14:00:00 +06", T0 - HOUR * 1.5),
        ("Wed, 01 Apr 2026 14:00:00 GMT+6", T0 - HOUR * 1.5),
        ("Wed, 01 Apr 2026 13:00:00 UZT", T0 - HOUR * 1.5),
        ("03/04/2026 14:00", None),
        ("Wed, 01 Apr 2026 14:00:00 QQT", None),
    ],
)
async def test_a_date_is_by_its_own_zone_or_the_site_s(reader: Reader, printed: str, meant: dt.datetime | None) -> None:
    await from_now(reader)
    reader.stand.serve("/paper/", rss(item("A story", guid=1, date=printed)))
    await reader.poll()
    assert [(article.published_at, article.listed_at) for article in await reader.articles()] == [(meant, meant or T0)]
    assert await reader.delivered() == ["A story"]


async def test_people_get_links_as_published_also_one_that_several_articles_share(reader: Reader) -> None:
    links = [
        "http://www.paper.example/ru/a/",
        "http://paper.example:8080/b?utm_source=rss",
        "https://app.example/#/news/4",
        "https://app.example/#/news/5",
        *["https://paper.example/live/"] * 3,
    ]
    made = [item(f"The story number{n}", guid=f"g{n}", link=link, date=T0) for n, link in enumerate(links)]
    for feed in (made, made[::-1]):
        reader.stand.serve("/feed/", rss(*feed))
        await reader.poll()
    found = await reader.articles()
    assert {article.title: article.url for article in found} == {f"The story number{n}": x for n, x in enumerate(links)}
    assert len(await reader.delivered()) == len(links)


async def test_a_shared_link_without_guids_is_shown_by_each_article(reader: Reader) -> None:
    made = [item(f"The story of {what}", link="https://paper.example/live/") for what in ("gold", "oil", "rain")]
    for _ in range(2):
        reader.stand.serve("/feed/", rss(*made))
        await reader.poll()
    assert [article.url for article in await reader.articles()] == ["https://paper.example/live/"] * 3


async def test_a_site_that_moves_to_https_reports_nothing_twice_and_its_new_links_are_shown(reader: Reader) -> None:
    old = [item(f"The story {n}", guid=f"http://www.p.example/?p={n}", link=f"http://www.p.example/{n}") for n in "12"]
    new = [
        item(f"The story {n}!", guid=f"https://p.example/?p={n}&utm_source=x", link=f"https://p.example/{n}/")
        for n in "12"
    ]
    for feed in (old, new):
        reader.stand.serve("/feed/", rss(*feed))
        await reader.poll()
    assert {article.url for article in await reader.articles()} == {"https://p.example/1/", "https://p.example/2/"}
    assert len(await reader.delivered()) == 2


def dated(*hours: float) -> list[str]:
    """Items dated so many hours ago."""
    return [item(f"The story {hour}", guid=f"g{hour}", date=T0 - hour * HOUR) for hour in hours]


def posts(*hours: float) -> str:
    """The same as WordPress's REST answer."""
    return json.dumps(
        [
            {
                "guid": {"rendered": f"g{hour}"},
                "title": {"rendered": f"The story {hour}"},
                "date_gmt": f"{T0 - hour * HOUR:%Y-%m-%dT%H:%M:%S}",
                "content": {"rendered": "<p>x</p>"},
            }
            for hour in hours
        ]
    )


async def test_the_second_form_s_older_articles_are_history(reader: Reader) -> None:
    await from_now(reader, *dated(1, 2, 3))
    del reader.stand.bodies["/paper/"]
    reader.stand.serve("/wp-json/wp/v2/posts", posts(0.5, 1, 2, 3, 4, 5, 20))
    await reader.poll()
    assert len(await reader.articles()) == 7
    assert await reader.delivered() == ["The story 0.5"]
    async with reader.database.read() as connection:
        assert [article.title for article in (await article_lists.missed(connection, 1, T0, 9))[0]] == [
            f"The story {hour}" for hour in (0.5, 1, 2, 3)
        ]
        fresh = await article_lists.for_digest(connection, 1, T0 - HOUR, 9)
    assert [article.title for article in fresh] == ["The story 1", "The story 2", "The story 3"]


async def test_a_feed_that_lists_more_items_lists_history(reader: Reader) -> None:
    await from_now(reader, *dated(1, 2, 3))
    reader.stand.serve("/paper/", rss(*dated(1, 2, 3, 4, 5, 6)))
    await reader.poll()
    assert await reader.delivered() == []
    assert len(await reader.articles()) == 6


async def test_a_feed_without_dates_that_lists_more_items_lists_history(reader: Reader) -> None:
    undated = [item(f"The story {n}", guid=f"g{n}") for n in range(12)]
    await from_now(reader, *undated[2:6])
    reader.stand.serve("/paper/", rss(*undated))
    await reader.poll()
    assert sorted(await reader.delivered()) == ["The story 0", "The story 1"]
    assert len(await reader.articles()) == 12


async def test_a_article_published_hours_after_its_date_is_news(reader: Reader) -> None:
    await from_now(reader, *dated(1, 9, 30))
    reader.stand.serve("/paper/", rss(*dated(1, 4, 8, 9, 30)))
    await reader.poll()
    assert await reader.delivered() == ["The story 4"]  # 8 is farther back than the margin


async def test_after_weeks_of_silence_what_is_newer_is_news(reader: Reader) -> None:
    await from_now(reader, *dated(1, 2))
    reader.now += dt.timedelta(days=20)
    ahead = 20 * 24
    reader.stand.serve("/paper/", rss(*dated(-ahead + 1, -ahead + 40, -ahead + 100)))
    await reader.poll()
    assert sorted(await reader.delivered()) == ["The story -440", "The story -479"]


async def test_undated_articles_after_weeks_of_silence_are_news(reader: Reader) -> None:
    await from_now(reader, item("The story 1", guid=1))
    reader.stand.serve("/paper/", rss(item("The story 3", guid=3), item("The story 2", guid=2)))
    await reader.poll()
    assert sorted(await reader.delivered()) == ["The story 2", "The story 3"]


def test_a_pinned_article_is_no_measure_of_what_was_listed() -> None:
    from bot.domain.articles import Article

    def hours_old(hours: float) -> Article:
        return Article(f"The story {hours}", published_at=T0 - hours * HOUR)

    mark = HighWater().raised([hours_old(1), hours_old(5), hours_old(24 * 300)], filling=True)
    assert mark == HighWater(T0 - HOUR, T0 - 5 * HOUR)
    assert mark.raised([hours_old(0), hours_old(50)], filling=False) == HighWater(T0, T0 - 5 * HOUR)
    assert mark.raised([], filling=False) == mark
    late = LATE_PUBLICATION / HOUR
    listed = [hours_old(-3), hours_old(2), hours_old(5), hours_old(5.1), hours_old(1 + late), hours_old(2 + late)]
    assert history(listed, (), mark) == {listed[3], listed[4], listed[5]}
    assert history(listed, (), HighWater()) == set()


@pytest.mark.parametrize("date", [None, T0 - HOUR])
async def test_a_new_guid_for_each_request_makes_no_new_article(reader: Reader, date: dt.datetime | None) -> None:
    for guid in ("5f1a", "77c0", "d21e"):
        listed = [item(f"The story of {n}", guid=f"{guid}{n}", link=f"https://p.example/{n}", date=date) for n in "xy"]
        reader.stand.serve("/feed/", rss(*listed))
        await reader.poll()
    assert len(await reader.articles()) == 2
    assert sorted(await reader.delivered()) == ["The story of x", "The story of y"]


async def test_a_bulletin_of_every_day_at_one_link_is_news_each_day(reader: Reader) -> None:
    for day in range(3):
        reader.now = T0 + dt.timedelta(days=day)
        listed = item("The story of the day", guid=f"d{day}", link="https://p.example/day", date=reader.now)
        reader.stand.serve("/feed/", rss(listed))
        await reader.poll()
    assert len(await reader.delivered()) == 3
