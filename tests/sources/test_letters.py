"""Letters that no database stores cost a document nothing but themselves, in whatever form it comes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.snapshot import LETTERS_REPLACED, NotAPage, Snapshot
from bot.sources.read import read

ITEM = "<item><title>{0}</title><link>https://k.example/{0}</link><guid>{0}</guid><description>{0}</description></item>"
NEXT = "<item><title>The Next One</title><link>https://k.example/n</link></item>"


def feed(text: str) -> bytes:
    document = f'<?xml version="1.0"?><rss version="2.0"><channel><title>k</title>{ITEM.format(text)}{NEXT}'
    return f"{document}</channel></rss>".encode("utf-8", "surrogatepass")


def posts(text: str) -> bytes:
    def post(text: str) -> object:
        parts = ("title", "content", "guid")
        return {name: {"rendered": text} for name in parts} | {"link": f"https://k.example/{text}"}

    return json.dumps([post(text), post("The Next One")]).encode()


def page(text: str) -> bytes:
    article = f"<article><h2><a href='/a/'>{text}</a></h2><p>{text}</p></article>"
    following = "<article><h2><a href='/n/'>The Next One</a></h2><p>x</p></article>"
    ticker = "<ul><li>KGS/USD = 0.01144 0%</li></ul>"
    return f"<!doctype html><html><body>{ticker}{article}{following}</body></html>".encode("utf-8", "surrogatepass")


def storable(snapshot: Snapshot) -> bool:
    texts = [repr(snapshot.warnings)]
    for one in snapshot.articles:
        texts += [one.title, one.text, one.guid or "", one.url or "", *one.subheadings, *one.categories]
    return all("\x00" not in text and text.encode() is not None for text in texts)


@pytest.mark.parametrize("form", [feed, posts, page])
@pytest.mark.parametrize("bad", ["&#xD83C;", "&#55356;", "&#0;", "&#55357;&#56520;", "&#xDFFF;&#xD800;"])
def test_a_reference_to_half_a_letter_costs_no_article(form: object, bad: str) -> None:
    snapshot = read(form(f"Camels {bad} Cross"))  # type: ignore[operator]
    assert [one.title[:6] for one in snapshot.articles] == ["Camels", "The Ne"]
    assert storable(snapshot)
    assert LETTERS_REPLACED in snapshot.warnings


@pytest.mark.parametrize("bad", ["\ud83c", "\ud83c\ud83c", "a\x00b", "b\udf38", "header \udcff"])
def test_half_a_letter_in_any_part_of_a_post_costs_no_post(bad: str) -> None:
    snapshot = read(posts(f"Camels {bad} Cross"))
    assert [one.title[:6] for one in snapshot.articles] == ["Camels", "The Ne"]
    assert storable(snapshot)
    assert snapshot.warnings == (LETTERS_REPLACED,)


@pytest.mark.parametrize("form", [feed, page])
def test_a_nul_costs_no_document(form: object) -> None:
    snapshot = read(form("Camels\x00 Cross"))  # type: ignore[operator]
    assert [one.title for one in snapshot.articles] == ["Camels Cross", "The Next One"]
    assert LETTERS_REPLACED in snapshot.warnings


def test_whole_letters_are_no_warning() -> None:
    snapshot = read(posts("Camels \U0001f42b Cross"))
    assert [one.title for one in snapshot.articles] == ["Camels \U0001f42b Cross", "The Next One"]
    assert snapshot.warnings == ()


@given(st.text(st.characters(codec=None, exclude_categories=()), min_size=1, max_size=30))
def test_whatever_letters_a_post_has_what_is_read_can_be_stored(text: str) -> None:
    try:
        snapshot = read(posts(text))
    except NotAPage:
        return
    assert storable(snapshot)
    assert "The Next One" in [one.title for one in snapshot.articles]
