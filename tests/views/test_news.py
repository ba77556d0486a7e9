import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import StoredArticle
from bot.i18n import Translator
from bot.views.message import Button, View
from bot.views.news import LEAD_LENGTH, headline_from, lead, listing, story

ALMATY = ZoneInfo("Asia/Almaty")
AT = dt.datetime(2025, 12, 8, 3, 30, tzinfo=dt.UTC)
TIME = '<tg-time unix="1765164600" format="Dt">{}</tg-time>'
ARTICLE = StoredArticle(
    id=4,
    source="feed",
    title="Uranium & <Water>",
    text="ASTANA (TCA) — A plant opens. It is new.\n\nMore follows.",
    url="https://www.example.org/uranium",
    published_at=AT,
    first_seen_at=AT,
)
OTHER = Button("All news", data="v1:news:all:0")


def test_a_story_says_what_when_where_and_why() -> None:
    assert story(Translator("en"), ARTICLE, ["Kazakhstan", "nuclear <power>"], ALMATY) == View(
        '<a href="https://www.example.org/uranium">Uranium &amp; &lt;Water&gt;</a>\n'
        "A plant opens. It is new.\n"
        + TIME.format("8 Dec 08:30")
        + " · example.org\n<i>You follow: Kazakhstan, nuclear &lt;power&gt;</i>",
        (
            (
                Button("Open", url="https://www.example.org/uranium"),
                Button("My topics", data="v1:topics:open"),
                Button("🔖 Save", data="v1:saved:add:4"),
                Button("Why?", data="v1:news:why:4"),
            ),
        ),
        preview_url="https://www.example.org/uranium",
    )


def test_a_story_speaks_russian() -> None:
    view = story(Translator("ru"), ARTICLE, ["Казахстан"], ALMATY)
    assert view.text.splitlines()[2:] == [
        TIME.format("8 дек. 08:30") + " · example.org",
        "<i>Вы следите: Казахстан</i>",
    ]
    assert [button.label for button in view.buttons[0]] == ["Открыть", "Мои темы", "🔖 Сохранить", "Почему?"]


def test_a_story_without_a_safe_link_is_bold_and_has_no_button_to_open() -> None:
    article = StoredArticle(4, "page", "Title", "", "javascript:alert(1)", None, AT)
    assert story(Translator("en"), article, [], ALMATY) == View(
        f"<b>Title</b>\n{TIME.format('8 Dec 08:30')}",
        ((Button("My topics", data="v1:topics:open"), Button("🔖 Save", data="v1:saved:add:4")),),
    )


def test_a_story_on_a_hundred_topics_names_five() -> None:
    topics = ["long " * 40, *(f"topic{n}" for n in range(99))]
    last = story(Translator("en"), ARTICLE, topics, ALMATY).text.splitlines()[-1]
    assert last == (
        "<i>You follow: long long long long long long long…, topic0, topic1, topic2, topic3 and 95 more</i>"
    )


@pytest.mark.parametrize(
    ("text", "taste"),
    [
        ("", ""),
        ("Short.", "Short."),
        ("DUSHANBE (TCA) — Prices rose.", "Prices rose."),
        ("Astana, December 8 (TCA) - Prices rose.", "Prices rose."),
        ("ALMATY – Prices rose.", "Prices rose."),
        ("Kazakhstan – the largest producer – sells more.", "Kazakhstan – the largest producer – sells more."),
        ("\n\n  First paragraph.\n\nSecond.", "First paragraph."),
        ("He\u202e said.", "He said."),
    ],
)
def test_a_short_lead_is_the_first_paragraph_without_its_dateline(text: str, taste: str) -> None:
    assert lead(text) == taste


@pytest.mark.parametrize(
    ("text", "taste"),
    [
        ("One is here. Two is here. Three is far too long to fit.", "One is here. Two is here."),
        ("“One is here.” Then comes what is too long to fit.", "“One is here.”"),
        ("Trade rose. The U.S. Treasury and Mr. Smith said more about it.", "Trade rose."),
        ("It grew by 1.5 percent in all regions of the country", "It grew by 1.5 percent in…"),
        ("Цены выросли. Но не везде, сообщает ведомство.", "Цены выросли."),
    ],
)
def test_a_long_lead_ends_with_a_sentence_or_at_a_word(text: str, taste: str) -> None:
    assert lead(text, 28) == taste


@given(st.text(alphabet="Aa. \n”—(TCA)1!", max_size=800))
def test_a_lead_is_never_longer_than_it_may_be(text: str) -> None:
    assert len(lead(text)) <= LEAD_LENGTH


def list_page(page: int, *, more: bool, found: list[StoredArticle]) -> View:
    return listing(
        Translator("en"),
        found,
        heading="<b>Newest</b>",
        page=page,
        more=more,
        turn=("news", "all"),
        zone=ALMATY,
        other=OTHER,
    )


def test_a_page_of_news_numbers_its_stories_on_and_turns_both_ways() -> None:
    when = TIME.format("8 Dec 08:30")
    headline = '<a href="https://www.example.org/uranium">Uranium &amp; &lt;Water&gt;</a>'
    taste = "A plant opens. It is new."
    assert list_page(1, more=True, found=[ARTICLE, ARTICLE]) == View(
        f"<b>Newest</b>\n\n6. {headline}\n{when}\n{taste}\n\n7. {headline}\n{when}\n{taste}",
        (
            (Button("6", data="v1:news:one:4"), Button("7", data="v1:news:one:4")),
            (Button("‹", data="v1:news:all:0"), Button("›", data="v1:news:all:2")),
            (OTHER,),
        ),
    )


def test_the_only_page_has_nothing_to_turn() -> None:
    assert list_page(0, more=False, found=[ARTICLE]).buttons[1:] == ((OTHER,),)


def test_no_news_is_said() -> None:
    assert list_page(0, more=False, found=[]) == View(
        "<b>Newest</b>\nNo stories here yet. New ones come as they are published.", ((OTHER,),)
    )


@pytest.mark.parametrize(
    ("source", "site", "shown"),
    [
        ("kabar", "Kabar & Sons", "Kabar &amp; Sons"),
        ("timesca", "The Times of Central Asia", ""),
        ("page", "The Times of Central Asia", ""),
        ("unlisted", "", ""),
    ],
)
def test_a_story_of_another_site_says_whose_it_is(source: str, site: str, shown: str) -> None:
    told = replace(ARTICLE, source=source, site=site)
    one = story(Translator("en"), told, ["rail"], ALMATY).text
    assert ("Kabar" in one) == bool(shown)
    assert f" · {shown or 'example.org'}" in one
    listed = list_page(0, more=False, found=[told]).text
    assert ("Kabar" in listed) == bool(shown)
    assert headline_from(told, "A title").endswith(f"</a> · {shown}" if shown else "</a>")
