"""People get the publisher's link; what is known again is its key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Article
from bot.domain.keys import MAX_KEY, MAX_LINK, guid_key, link_key, own_guid, published_link


@pytest.mark.parametrize(
    "link",
    [
        "http://www.paper.example/ru/one",
        "https://www.paper.example/two/",
        "http://paper.example:8081/three/?utm_source=rss",
        "https://paper.example/#/story/4",
        "https://paper.example/live#entry-5",
        "https://paper.example/новости/шесть",
        "HTTPS://Paper.Example/Seven",
    ],
)
def test_a_link_stays_as_it_was_published(link: str) -> None:
    assert published_link(f" {link}\n") == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/one",
        "ftp://paper.example/",
        "javascript:alert(1)",
        "https://",
        "https://[paper]/",
        "https://paper.example:99999/",
        "https://user@paper.example/",
        "https://user:word@paper.example/",
        "https://:word@paper.example/",
        "tg://resolve?domain=x",
        "https://paper.example/" + "a" * MAX_LINK,
    ],
)
def test_anything_but_a_web_address_is_no_link(text: str) -> None:
    assert published_link(text) is None
    assert link_key(text) is None


@pytest.mark.parametrize(
    "same",
    [
        ("https://paper.example/a?id=1", "http://www.paper.example/a/?id=1", "HTTP://PAPER.example:80/a?id=1#comments"),
        (
            "https://paper.example/a?id=1",
            "https://paper.example/a?utm_source=rss&id=1&utm_medium=x",
            "https://paper.example/a?id=1&fbclid=q&gclid=q&yclid=q&mc_cid=q",
            "https://paper.example/a?id=1&ysclid=q&_openstat=q&msclkid=q",
        ),
        ("https://paper.example", "https://paper.example/", "http://www.paper.example/?utm_campaign=x"),
        (
            "https://paper.example/#/news/4",
            "http://www.paper.example#/news/4/",
            "https://paper.example/#/news/4?utm_id=1",
        ),
        ("https://paper.example/#!news", "http://paper.example/#!news"),
        (
            "https://paper.example/лук",
            "https://paper.example/%D0%BB%D1%83%D0%BA",
            "http://paper.example/%d0%bb%d1%83%d0%ba/",
        ),
        ("https://пример.example/a", "https://xn--e1afmkfd.example/a"),
        ("https://paper.example./a", "https://paper.example/a"),
        ("https://paper.example/a b", "https://paper.example/a%20b"),
    ],
)
def test_spellings_of_one_address_have_one_key(same: tuple[str, ...]) -> None:
    assert len({link_key(link) for link in same}) == 1


@pytest.mark.parametrize(
    "others",
    [
        ("https://paper.example/a", "https://paper.example/b"),
        ("https://paper.example/a", "https://paper.example/A"),
        ("https://paper.example/?p=1", "https://paper.example/?p=2"),
        ("https://paper.example/#/news/4", "https://paper.example/#/news/5"),
        ("https://paper.example/#!/4", "https://paper.example/"),
        ("https://paper.example/a", "https://paper.example:8080/a"),
        ("https://paper.example/a", "https://m.paper.example/a"),
        ("https://paper.example/%C0", "https://paper.example/%C1"),
        ("https://paper.example/?q=a%26b", "https://paper.example/?q=a&b"),
        ("https://paper.example/" + "я" * 900 + "1", "https://paper.example/" + "я" * 900 + "2"),
    ],
)
def test_other_addresses_have_other_keys(others: tuple[str, str]) -> None:
    assert link_key(others[0]) != link_key(others[1])


def test_a_guid_that_is_an_address_is_known_as_one() -> None:
    assert guid_key("http://www.paper.example/?p=7&utm_source=rss") == guid_key("https://paper.example/?p=7")
    assert guid_key("7") == "7"
    assert guid_key("tag:paper.example,2026:7") == "tag:paper.example,2026:7"


def test_a_guid_that_is_no_address_is_its_source_s() -> None:
    def guid(text: str, source: str) -> str | None:
        return own_guid(Article("A", guid=text), source).guid

    assert guid("7", "one") == "one 7"
    assert guid("7", "timesca") == "7"
    assert guid("HTTP://paper.example/7", "one") == "HTTP://paper.example/7"


@given(st.text(max_size=60) | st.text(max_size=60).map("https://paper.example/".__add__))
def test_a_key_is_its_own_key_fits_an_index_and_never_fails(text: str) -> None:
    key = link_key(text)
    if key is not None:
        assert key.isascii()
        assert len(key) <= MAX_KEY + 65
        assert link_key(key) == key
