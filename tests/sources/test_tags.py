"""A `<` begins a tag only before a name that HTML has, in titles and bodies, escaped once or twice."""

from __future__ import annotations

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.read import read
from bot.sources.tags import with_signs, without_tags

SIGNS = [
    "Rates in May<June, and July>August",
    "Where is <Manas>?",
    "Growth < 5 % and prices > 3 %",
    "The case a<b",
    "Let x <b and y> z",
    "We <3 Bishkek",
    "1<2",
    "<<Kumtor>> is sold",
    "What <?> means",
    "</Manas> is over",
]
TAGGED = [
    ("<b>Gold</b> is <i class=x>found</i>", "Gold is found"),
    ("Gold<br/>rush", "Goldrush"),
    ('<a href="/x>y" title=z>Gold</a>', "Gold"),
    ("<noindex>Gold</noindex>", "Gold"),
    ("<o:p></o:p>Gold", "Gold"),
    ("<SPAN>Gold</SPAN>", "Gold"),
    ("<!-- x > y -->Gold", "Gold"),
    ("<video controls>Gold</video>", "Gold"),
    ("<b>Gold <Manas></b>", "Gold <Manas>"),
]


@pytest.mark.parametrize("title", SIGNS)
@pytest.mark.parametrize("times", [1, 2])
def test_signs_stay_in_titles_however_often_they_are_escaped(title: str, times: int) -> None:
    markup = title
    for _ in range(times):
        markup = escape(markup, quote=False)
    assert without_tags(markup) == title


@pytest.mark.parametrize(("markup", "text"), TAGGED)
def test_tags_go(markup: str, text: str) -> None:
    assert without_tags(markup) == without_tags(escape(markup)) == text


@pytest.mark.parametrize("sign", ["May<June", "<Manas>", "a<b", "x <b and y> z"])
def test_every_reader_keeps_them(sign: str) -> None:
    said, once = f"Rates of {sign} rise", escape(f"Rates of {sign} rise")
    feed = f"<rss><channel><item><title>{once}</title><description>{escape(f'<p>{once}</p>')}</description></item></channel></rss>"
    plain = f"<rss><channel><item><title>{escape(once)}</title><description>{once}</description></item></channel></rss>"
    posts = json.dumps([{"title": {"rendered": once}, "content": {"rendered": f"<p>{once}</p>"}}])
    page = f"<html><body><article><h2><a href='/a'>{said}</a></h2><p>{said}</p></article></body></html>"
    for content in (feed, plain, posts, page):
        [article] = read(content.encode(), url="https://paper.example/").articles
        assert (article.title, article.text) == (said, said)


def test_a_body_that_is_escaped_once_too_often_is_read_as_meant() -> None:
    body = escape(escape("<p>Gold is <b>found</b>.</p><p>In Osh.</p>"))
    feed = f"<rss><channel><item><title>Gold</title><description>{body}</description></item></channel></rss>"
    [article] = read(feed.encode()).articles
    assert article.text == "Gold is found.\n\nIn Osh."


@given(st.text("<>/abpQ1 =\"'&;!-?", max_size=60))
def test_what_is_no_tag_is_a_sign(text: str) -> None:
    assert with_signs(with_signs(text)) == with_signs(text)
    assert with_signs(text).replace("&lt;", "<") == text.replace("&lt;", "<")
