"""Feeds as bad as they come, through the real fetcher and the real poller: nothing is lost, nothing is sent wrongly."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.freshness import FUTURE_TOLERANCE, NEWS_AGE
from bot.domain.sites import FEED
from bot.sources.feed import MAX_ITEMS
from tests.ingest.conftest import T0, Reader, item, rss

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


async def titles(reader: Reader) -> list[str]:
    return [article.title for article in await reader.articles()]


async def test_a_feed_of_50_megabytes_is_refused_and_what_was_known_stays(reader: Reader) -> None:
    reader.stand.serve("/feed/", rss(item("A story", guid=1)))
    await reader.poll()
    reader.stand.serve("/feed/", rss(item("A huge story", guid=2, text="x" * 50_000_000)))
    polled = await reader.poll()
    assert polled[FEED].error == "more than 5 MiB"
    assert (await reader.state(FEED)).failures == 1
    assert await titles(reader) == await reader.delivered() == ["A story"]
    assert polled["page"].error is None


@pytest.mark.parametrize("newest_last", [False, True])
async def test_of_10_000_items_the_newest_are_kept(reader: Reader, newest_last: bool) -> None:
    items = [
        item(f"The story {n}", guid=n, link=f"https://example.org/{n}", date=T0 - n * MINUTE) for n in range(10_000)
    ]
    # The oldest items have dates in the far future: an impossible date is no reason to keep an item.
    items[9_000:] = [
        item(f"The story {n}", guid=n, date="Sat, 01 Jan 2099 00:00:00 +0000") for n in range(9_000, 10_000)
    ]
    reader.stand.serve("/feed/", rss(*(reversed(items) if newest_last else items)))
    polled = await reader.poll()
    assert polled[FEED].snapshot is not None
    assert polled[FEED].snapshot.warnings == (f"the feed has 10000 items; the newest {MAX_ITEMS} are kept",)
    assert await titles(reader) == [f"The story {n}" for n in range(MAX_ITEMS)]


async def test_a_article_of_2099_is_sent_as_one_of_now_and_not_for_ever(reader: Reader) -> None:
    reader.stand.serve("/feed/", rss(item("A story of tomorrow", guid=1, date="Sat, 01 Jan 2099 00:00:00 +0000")))
    await reader.poll()
    assert [(article.published_at, article.listed_at) for article in await reader.articles()] == [(None, T0)]
    reader.now += HOUR
    reader.stand.serve(
        "/feed/",
        rss(
            item("A story of tomorrow", guid=1, date="Sat, 01 Jan 2099 00:00:00 +0000"),
            item("A true story", guid=2, date=reader.now - MINUTE),
        ),
    )
    await reader.poll()
    assert await titles(reader) == ["A true story", "A story of tomorrow"]
    assert await reader.delivered() == ["A story of tomorrow", "A true story"]


async def test_a_date_a_little_ahead_is_a_clock_and_one_hours_ahead_a_slip(reader: Reader) -> None:
    ahead, beyond = T0 + FUTURE_TOLERANCE, T0 + FUTURE_TOLERANCE + MINUTE
    reader.stand.serve("/feed/", rss(item("This story", guid=1, date=ahead), item("That story", guid=2, date=beyond)))
    await reader.poll()
    assert {article.title: article.published_at for article in await reader.articles()} == {
        "This story": ahead,
        "That story": None,
    }
    # The date counts once its time has come.
    reader.now = beyond
    await reader.poll()
    assert {article.published_at for article in await reader.articles()} == {ahead, beyond}
    assert await reader.delivered() == ["This story", "That story"]


async def test_a_article_of_1970_is_stored_and_not_sent(reader: Reader) -> None:
    reader.stand.serve("/feed/", rss(item("A story of the epoch", guid=1, date="Thu, 01 Jan 1970 00:00:00 +0000")))
    await reader.poll()
    assert [(article.title, article.published_at, article.listed_at) for article in await reader.articles()] == [
        ("A story of the epoch", None, T0)
    ]
    assert await reader.delivered() == []


@pytest.mark.parametrize("date", [None, "", "yesterday", "31 February 2026", "0000-00-00 00:00:00", "9999-99-99T99:99"])
async def test_a_article_without_a_date_or_with_a_senseless_one_is_new_when_it_is_new_here(
    reader: Reader, date: str | None
) -> None:
    reader.stand.serve("/feed/", rss(item("A story", guid=1, date=date)))
    await reader.poll()
    assert [(article.published_at, article.listed_at) for article in await reader.articles()] == [(None, T0)]
    assert await reader.delivered() == ["A story"]


async def test_only_news_is_sent(reader: Reader) -> None:
    old, young = T0 - NEWS_AGE - MINUTE, T0 - NEWS_AGE
    reader.stand.serve("/feed/", rss(item("An old story", guid=1, date=old), item("A young story", guid=2, date=young)))
    await reader.poll()
    assert await titles(reader) == ["A young story", "An old story"]
    assert await reader.delivered() == ["A young story"]


async def test_articles_without_guids_are_known_by_their_links_and_then_by_their_titles(reader: Reader) -> None:
    feed = rss(item("One story", link="https://example.org/1"), item("Another story"), item("A third story"))
    for _ in range(2):
        reader.stand.serve("/feed/", feed)
        await reader.poll()
    assert sorted(await titles(reader)) == ["A third story", "Another story", "One story"]
    assert len(await reader.delivered()) == 3


SHARED = [
    ("one guid and their own links", [{"guid": 7, "link": f"https://example.org/{n}"} for n in range(3)]),
    ("one guid and no links", [{"guid": 7}] * 3),
    ("one guid and one link", [{"guid": 7, "link": "https://example.org/"}] * 3),
    ("no guids and one link", [{"link": "https://example.org/"}] * 3),
    ("their own guids and one link", [{"guid": n, "link": "https://example.org/"} for n in range(3)]),
]


@pytest.mark.parametrize("parts", [parts for _, parts in SHARED], ids=[name for name, _ in SHARED])
async def test_different_articles_with_one_identity_are_all_kept(
    reader: Reader, parts: list[dict[str, object]]
) -> None:
    headlines = ["The story of gold", "The story of oil", "The story of rain"]
    made = [
        item(title, date=T0 - n * HOUR, **part) for n, (title, part) in enumerate(zip(headlines, parts, strict=True))
    ]
    # The first is there alone before the others come; then all are seen again, in whatever order.
    for feed in (made[:1], made, made[::-1], made):
        reader.stand.serve("/feed/", rss(*feed))
        await reader.poll()
    assert sorted(await titles(reader)) == headlines
    assert sorted(await reader.delivered()) == headlines


async def test_a_guid_that_comes_again_for_another_article_later_loses_neither(reader: Reader) -> None:
    for n in range(3):
        at = T0 + n * HOUR
        reader.now = at
        reader.stand.serve(
            "/feed/", rss(item(f"Story number {n}", guid="daily", link=f"https://example.org/{n}", date=at))
        )
        await reader.poll()
        await reader.poll()
    assert await titles(reader) == [f"Story number {n}" for n in (2, 1, 0)]
    assert len(await reader.delivered()) == 3


async def test_a_corrected_headline_with_its_guid_is_one_article_still(reader: Reader) -> None:
    for title, slug in (("A story of taht", "taht"), ("A story of that", "that")):
        reader.stand.serve("/feed/", rss(item(title, guid=1, link=f"https://example.org/{slug}", date=T0)))
        await reader.poll()
    assert await titles(reader) == ["A story of that"]
    assert len(await reader.delivered()) == 1


async def test_tags_in_titles_go_and_entities_become_letters(reader: Reader) -> None:
    reader.stand.serve(
        "/feed/",
        rss(
            item("<![CDATA[<b>Kazakhstan</b>&#8217;s <i class='x'>story</i>]]>", guid=1, date=T0),
            item("Uzbek&amp;#8217;s &lt;script&gt;story&lt;/script&gt; &amp;amp; more", guid=2, date=T0 - HOUR),
            item("A story: growth &lt; 5 % and prices &gt; 3 %", guid=3, date=T0 - 2 * HOUR),
        ),
    )
    await reader.poll()
    assert await titles(reader) == [
        "Kazakhstan’s story",
        "Uzbek’s story & more",
        "A story: growth < 5 % and prices > 3 %",
    ]


async def test_of_a_feed_that_breaks_off_what_came_is_kept(reader: Reader) -> None:
    whole = rss(*(item(f"The story {n}", guid=n, date=T0 - n * HOUR) for n in range(5)))
    third = whole.index("The story 3")
    for end in (third + 5, third + 11, third - 3, whole.index("</item>", third) - 1, whole.index("</item>", third) + 3):
        reader.stand.serve("/feed/", whole[:end])
        assert (await reader.poll())[FEED].snapshot is not None
        assert await titles(reader) == [f"The story {n}" for n in range(3)]
    reader.stand.serve("/feed/", whole)
    await reader.poll()
    assert await titles(reader) == sorted(await reader.delivered()) == [f"The story {n}" for n in range(5)]


BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "declaration",
    [f'<?xml version="1.0"?>{BOMB}]>', f"{BOMB}]>", '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'],
)
async def test_a_feed_that_defines_entities_is_refused(reader: Reader, declaration: str) -> None:
    reader.stand.serve("/feed/", rss(item("A story &j; &a;", guid=1), declaration=declaration))
    assert "entities" in ((await reader.poll())[FEED].error or "")
    assert await reader.articles() == []


async def test_an_empty_feed_is_no_failure(reader: Reader) -> None:
    polled = await reader.poll()
    assert polled[FEED].error is None
    assert (await reader.state(FEED)).failures == 0


@pytest.mark.parametrize(
    ("charset", "declaration", "header"),
    [
        ("windows-1251", '<?xml version="1.0" encoding="windows-1251"?>', ""),
        ("windows-1251", '<?xml version="1.0"?>', "; charset=windows-1251"),
        ("windows-1251", '<?xml version="1.0" encoding="windows-1251"?>', "; charset=iso-8859-1"),
        ("windows-1251", '<?xml version="1.0" encoding="utf-8"?>', "; charset=windows-1251"),
        ("koi8-r", '<?xml version="1.0" encoding="koi8-r"?>', ""),
        ("utf-16", '<?xml version="1.0" encoding="utf-16"?>', ""),
        ("utf-8-sig", "", ""),
    ],
)
async def test_a_feed_in_another_charset_is_read(reader: Reader, charset: str, declaration: str, header: str) -> None:
    await reader.listen("казахстан")
    reader.stand.kind += header
    feed = rss(item("Казахстан строит дорогу на юг", guid=1, date=T0), declaration=declaration)
    reader.stand.serve("/feed/", feed.encode(charset))
    await reader.poll()
    assert await titles(reader) == await reader.delivered() == ["Казахстан строит дорогу на юг"]


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><body><h2><a href='/x'>This domain story is for sale</a></h2></body></html>",
        b"Just a moment: a story is checked",
        b"\x00\x01\x02 story",
        b"",
        b"{}",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_feed_is_a_failure_and_no_article(reader: Reader, body: bytes) -> None:
    reader.stand.serve("/feed/", body)
    assert (await reader.poll())[FEED].error is not None
    assert await reader.articles() == []


async def test_identities_longer_than_any_index_holds_are_left_out(reader: Reader) -> None:
    long = "https://example.org/" + "a" * 5000
    reader.stand.serve("/feed/", rss(item("A story", guid=long, link=long, date=T0)))
    await reader.poll()
    await reader.poll()
    assert [(article.title, article.url) for article in await reader.articles()] == [("A story", None)]
