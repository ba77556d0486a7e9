import datetime as dt
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram.entities import parse_html
from bot.demo.telegram.spans import utf16_length
from bot.domain.articles import StoredArticle
from bot.domain.excerpts import without_dateline
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import MAX_TEXT, Button, View
from bot.views.news import BURST_SIZE, LEAD_LENGTH, article_view, burst, headline_from, lead, listing, published

ALMATY = ZoneInfo("Asia/Almaty")
AT = dt.datetime(2025, 12, 8, 3, 30, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(days=1)
TIME = '<tg-time unix="1765164600" format="Dt">{}</tg-time>'
ARTICLE = StoredArticle(
    id=4,
    source="feed",
    title="Uranium & <Water>",
    text="ASTANA (TCA) — A plant opens. It is new.\n\nMore follows.",
    url="https://www.example.org/uranium",
    published_at=AT,
    first_seen_at=AT,
    site="The Example & Co",
)
OTHER = Button("All news", data="v1:news:all:0")


def test_an_article_says_what_when_where_and_why() -> None:
    assert article_view(Translator("en"), ARTICLE, ["Kazakhstan", "nuclear <power>"], ALMATY, LATER) == View(
        '<a href="https://www.example.org/uranium">Uranium &amp; &lt;Water&gt;</a>\n'
        "A plant opens. It is new.\n"
        + TIME.format("8 Dec 08:30")
        + " · The Example &amp; Co\n<i>Your topics: Kazakhstan, nuclear &lt;power&gt;</i>",
        (
            (
                Button("Open", url="https://www.example.org/uranium"),
                Button("🔖 Save", data="r1:saved:set:4:1"),
                Button("↗ Share", share="#4"),
            ),
            (
                Button("Why?", data="r1:news:why:4"),
                Button("Similar", data="r1:article:like:4:0"),
                Button("Unfollow", data="r1:article:unfollow:4"),
            ),
        ),
        preview_url="https://www.example.org/uranium",
    )


def test_an_article_has_russian_texts() -> None:
    view = article_view(Translator("ru"), ARTICLE, ["Казахстан"], ALMATY, LATER)
    assert view.text.splitlines()[2:] == [
        TIME.format("8 дек. 08:30") + " · The Example &amp; Co",
        "<i>Ваши темы: Казахстан</i>",
    ]
    assert [button.label for button in view.buttons[0]] == ["Открыть", "🔖 Сохранить", "↗ Поделиться"]
    assert [button.label for button in view.buttons[1]] == ["Почему?", "Похожие", "Отписаться"]


def test_an_article_without_a_safe_link_is_bold_and_has_no_button_to_open() -> None:
    article = StoredArticle(4, "page", "Title", "", "javascript:alert(1)", None, AT)
    assert article_view(Translator("en"), article, [], ALMATY, LATER) == View(
        f"<b>Title</b>\n{TIME.format('8 Dec 08:30')} · page",
        (
            (Button("🔖 Save", data="r1:saved:set:4:1"), Button("↗ Share", share="#4")),
            (Button("Similar", data="r1:article:like:4:0"),),
        ),
    )


def test_an_article_on_a_hundred_topics_names_five() -> None:
    topics = ["long " * 40, *(f"topic{n}" for n in range(99))]
    last = article_view(Translator("en"), ARTICLE, topics, ALMATY, LATER).text.splitlines()[-1]
    assert last == (
        "<i>Your topics: long long long long long long long long…, topic0, topic1, topic2, topic3 (+95)</i>"
    )


@pytest.mark.parametrize(
    ("text", "taste"),
    [
        ("", ""),
        ("Short.", "Short."),
        ("DUSHANBE (TCA) — Prices rose.", "Prices rose."),
        ("Astana, December 8 (TCA) - Prices rose.", "Prices rose."),
        ("ALMATY – Prices rose.", "Prices rose."),
        ("БИШКЕК (АКИ) — Цены выросли.", "Цены выросли."),
        ("Астана, 8 декабря (КТА) - Цены выросли.", "Цены выросли."),
        ("Kazakhstan – the largest producer – sells more.", "Kazakhstan – the largest producer – sells more."),
        ("ӨСКЕМЕН – Баға өсті.", "Баға өсті."),
        ("ҚАРАҒАНДЫ – Баға өсті.", "Баға өсті."),
        ("АСТАНА. ҚазАқпарат – Баға өсті.", "Баға өсті."),
        ("Бишкек, 08.12.25 /Кабар/. Баа өстү.", "Баа өстү."),
        ("TOSHKENT (UzA) — Narx oshdi.", "Narx oshdi."),
        ("ТОШКЕНТ, 8 дек — Нарх ошди.", "Нарх ошди."),
        ("AŞGABAT, 8-nji dekabr (TDH). Baha galdy.", "Baha galdy."),
        ("ДУШАНБЕ, 29.09.2025 /АМИТ «Ховар»/. Нарх боло рафт.", "Нарх боло рафт."),
        ("It joined the World Trade Organization (WTO). Soon.", "It joined the World Trade Organization (WTO). Soon."),
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
        ("Так сказал К. Токаев. Потом он добавил ещё.", "Так сказал К. Токаев."),
        ("Цены выросли. Но не везде, сообщает ведомство.", "Цены выросли."),
        ("Баға өсті. Өскеменде ең қымбат болды дейді.", "Баға өсті."),
        ("Narx oshdi. Oʻzbekistonda bu eng yuqori oʻsish.", "Narx oshdi."),
        ("Нарх ошди. Ўзбекистонда энг юқори ўсиш бўлди.", "Нарх ошди."),
        ("Нарх боло рафт. Ҳукумат сабабро шарҳ надод.", "Нарх боло рафт."),
        ("Baha ýokarlandy. Şäherde has gymmat boldy.", "Baha ýokarlandy."),
        ("Заң 2025 ж. Қазан айында қабылданды деді.", "Заң 2025 ж. Қазан айында…"),
    ],
)
def test_a_long_lead_ends_with_a_sentence_or_at_a_word(text: str, taste: str) -> None:
    assert lead(text, 28) == taste


@given(st.text(alphabet="Aa. \n”—(TCA)1!Яя", max_size=800))
def test_a_lead_is_never_longer_than_it_may_be_and_ends_with_a_sentence_or_says_that_it_does_not(text: str) -> None:
    shown, first = lead(text), without_dateline(text.strip().split("\n", 1)[0].strip())
    assert len(shown) <= LEAD_LENGTH
    assert first.startswith(shown.removesuffix("…"))
    assert shown == first or re.search("[.!?…][\"'”’»)]*$", shown)


def burst_of(count: int) -> View:
    return burst(Translator("en"), [replace(ARTICLE, id=n, title=f"Story {n}") for n in range(count)])


def test_several_articles_are_numbered_headlines_with_their_sites() -> None:
    view = burst_of(4)
    assert view.text.splitlines()[:2] == [
        "<b>News on your topics: 4</b>",
        '1. <a href="https://www.example.org/uranium">Story 0</a> · The Example &amp; Co',
    ]
    assert [[button.data for button in row] for row in view.buttons] == [
        [f"r1:news:one:{n}" for n in range(4)],
        ["r1:news:mine:0"],
    ]


def test_more_than_ten_articles_name_ten_and_say_how_many_are_left() -> None:
    view = burst_of(12)
    assert view.text.count("<a ") == BURST_SIZE
    assert view.text.endswith("<i>More: 2</i>")
    assert [len(row) for row in view.buttons] == [5, 5, 1]


def test_the_longest_burst_fits_a_message() -> None:
    view = burst(Translator("ru"), [replace(ARTICLE, title="Ж&" * 150)] * 99, corrected=True)
    text, entities = parse_html(view.text)
    assert utf16_length(text) <= MAX_TEXT
    assert len(entities) <= 100


def test_a_withdrawn_article_is_struck_through_everywhere() -> None:
    withdrawn = replace(ARTICLE, withdrawn=True)
    struck = '<s><a href="https://www.example.org/uranium">Uranium &amp; &lt;Water&gt;</a></s>'
    note = "<i>Retracted by the publisher</i>"
    assert article_view(Translator("en"), withdrawn, [], ALMATY, LATER, corrected=True).text.splitlines()[:2] == [
        struck,
        note,
    ]
    assert list_page(0, more=False, found=[withdrawn]).text.splitlines()[2:5:2] == [f"1. {struck}", note]
    assert f"1. {struck} · The Example &amp; Co" in burst(Translator("en"), [withdrawn]).text


def test_other_sources_are_named_once_and_three_of_them() -> None:
    names = ["The Example & Co", *(f"Site {n % 5}" for n in range(9))]
    others = [replace(ARTICLE, id=n, site=name, url=f"https://{n}.example/") for n, name in enumerate(names)]
    text = article_view(Translator("en"), ARTICLE, [], ALMATY, LATER, others).text
    assert text.endswith(
        'Also: <a href="https://1.example/">Site 0</a>, <a href="https://2.example/">Site 1</a>, '
        '<a href="https://3.example/">Site 2</a>'
    )


def test_an_article_of_today_has_a_time_and_an_older_one_a_date() -> None:
    for hours, today in ((1, True), (15, True), (16, False), (-9, False)):
        now = AT + dt.timedelta(hours=hours)
        when = published(ARTICLE, now, Translator("en"), ALMATY)
        expected = '<tg-time unix="1765164600" format="t">08:30</tg-time>' if today else TIME.format("8 Dec 08:30")
        assert when == expected, hours


def list_page(page: int, *, more: bool, found: list[StoredArticle]) -> View:
    return listing(
        Translator("en"),
        found,
        heading="<b>Newest</b>",
        page=page,
        more=more,
        page_data=actions.NEWS_ALL,
        zone=ALMATY,
        now=LATER,
        other=OTHER,
    )


def test_a_page_of_news_continues_the_numbers_and_has_buttons_in_both_directions() -> None:
    when = TIME.format("8 Dec 08:30") + " · The Example &amp; Co"
    headline = '<a href="https://www.example.org/uranium">Uranium &amp; &lt;Water&gt;</a>'
    taste = "A plant opens. It is new."
    assert list_page(1, more=True, found=[ARTICLE, ARTICLE]) == View(
        f"<b>Newest</b>\n\n6. {headline}\n{when}\n{taste}\n\n7. {headline}\n{when}\n{taste}"
        "\n\n<i>Tap a number for details.</i>",
        (
            (Button("6", data="v1:news:one:4"), Button("7", data="v1:news:one:4")),
            (
                Button("‹", data="v1:news:all:0"),
                Button("›", data="v1:news:all:2"),
            ),
            (OTHER,),
        ),
    )


def test_the_only_page_has_no_paging() -> None:
    assert list_page(0, more=False, found=[ARTICLE]).buttons[1:] == ((OTHER,),)


def test_an_empty_list_has_a_text() -> None:
    assert list_page(0, more=False, found=[]) == View("<b>Newest</b>\nNo news yet.", ((OTHER,),))


@pytest.mark.parametrize(
    ("source", "site", "shown"),
    [
        ("kabar", "Kabar & Sons", "Kabar &amp; Sons"),
        ("timesca", "The Times of Central Asia", "The Times of Central Asia"),
        ("page", "The Times of Central Asia", "The Times of Central Asia"),
        ("unlisted", "", "unlisted"),
    ],
)
def test_an_article_has_the_name_of_its_source_and_never_a_host(source: str, site: str, shown: str) -> None:
    article = replace(ARTICLE, source=source, site=site, url="https://127.0.0.1:8080/a")
    one = article_view(Translator("en"), article, ["rail"], ALMATY, LATER).text
    listed = list_page(0, more=False, found=[article]).text
    for text in (one, listed, headline_from(article), burst(Translator("en"), [article]).text):
        assert f" · {shown}" in text
        assert "127.0.0.1" not in re.sub('href="[^"]*"', "", text)
