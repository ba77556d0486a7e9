"""Plugins' last lines go by their form; people's own sentences stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.boilerplate import MAX_LAST_PARAGRAPHS, without_boilerplate

TITLE = "Plums Ripen Early in “Osh”"
BODY = "The plums are ripe.\n\nThey are blue."

ADDED = [
    'The post Plums Ripen Early in "Osh" appeared first on Daily Turkmenistan.',
    "The post Plums Ripen Early in Osh first appeared on Daily Turkmenistan.",
    "The post appeared first on Daily Turkmenistan",
    "The article Plums ripen early in ‘Osh’ was first published on Daily Turkmenistan.",
    "The post Plums Ripen Early … appeared first on Daily Turkmenistan.",
    "Plums Ripen Early in Osh first appeared on Daily Turkmenistan",
    "Plums Ripen Early in Osh was originally published in Daily Turkmenistan on Medium, where people respond.",
    "This article originally appeared on Daily Turkmenistan.",
    "This story was first published by Daily Turkmenistan",
    "Originally published at daily.example.",
    "First published on Daily Turkmenistan.",
    "Сообщение Plums Ripen Early in Osh появились сначала на Туркменистан за день.",
    "Сообщение Сливы созрели появились сначала на Туркменистан за день",
    "Запись Plums Ripen Early in “Osh” впервые появилась на Туркменистан за день.",
    "Запись «Plums Ripen Early in Osh» впервые появилась на Туркменистан",
    "Статья Plums Ripen Early in Osh впервые опубликована на сайте Туркменистан.",
    "Материал Plums Ripen Early in Osh был впервые опубликован на Туркменистан.",
    "Пост Plums Ripen Early in Osh появился первым на Туркменистан.",
    "Публикация Plums Ripen Early in Osh появилась сначала на Туркменистан.",
    "Эта статья впервые была опубликована на Туркменистан",
    "Read more",
    "Read more at Daily Turkmenistan",
    "Read more on daily.example/turkmenistan",
    "Continue reading “Plums Ripen Early in Osh”",
    "Continue reading: Plums Ripen Early →",
    "Read the full article on Daily Turkmenistan",
    "Читать далее",
    "Читать далее на Туркменистан за день",
    "Читать далее «Сливы Туркменистана»",
    "Читать полностью →",
    "Подробнее на сайте Туркменистан за день",
    "Подробнее: https://daily.example/1",
    "Source: Daily Turkmenistan",
    "Source: https://daily.example/turkmenistan",
    "Источник: Туркменистан за день.",
    "Источник: turkmenistan.example",
]
OWN = [
    "The post of ombudsman first appeared on the list of ministries in May.",
    "The record of the debt first appeared on the site of Turkmenistan's ministry in May.",
    "The wall newspaper was first published in Turkmenistan in 1924.",
    "Запись о долге впервые появилась на сайте Туркменистана в мае.",
    "Сообщение о сливах впервые появилось на рынке Туркменистана.",
    "Статья закона впервые опубликована в Туркменистане в 1924 году.",
    "Read more books, the minister told pupils. They will, he hopes.",
    "Подробнее о сливах рассказал министр Туркменистана.",
    "Читать далее пришлось при свечах: в Туркменистане погас свет.",
    "Source: a person in Turkmenistan's ministry, who said that plums will be exported.",
    "Источник: в министерстве сообщили, что Туркменистан вывезет сливы.",
    "The film appeared first in Ashgabat, then everywhere.",
]


@pytest.mark.parametrize("line", ADDED)
def test_a_plugin_s_last_line_goes(line: str) -> None:
    assert without_boilerplate(f"{BODY}\n\n{line}", TITLE) == BODY
    assert without_boilerplate(line, TITLE) == ""


@pytest.mark.parametrize("line", OWN)
def test_a_sentence_of_the_article_stays(line: str) -> None:
    assert without_boilerplate(f"{BODY}\n\n{line}", TITLE) == f"{BODY}\n\n{line}"


@pytest.mark.parametrize("line", ADDED)
def test_in_the_middle_of_a_text_nothing_goes(line: str) -> None:
    text = f"{BODY}\n\n{line}\n\nThat is what it said."
    assert without_boilerplate(text, TITLE) == text


@pytest.mark.parametrize(
    ("end", "kept"),
    [
        (" The post Plums Ripen Early in Osh appeared first on Daily Turkmenistan.", ""),
        (" […] The post Plums Ripen Early in Osh appeared first on Daily Turkmenistan.", " […]"),
        (" […] The post Plums Ripen Early in Osh first appeared on Daily Turkmenistan.", " […]"),
        (" […] Сообщение Plums Ripen Early in Osh появились сначала на Туркменистан.", " […]"),
        (" Запись Plums Ripen Early in Osh впервые появилась на Туркменистан.", ""),
        (" And… Continue reading Plums Ripen Early in Turkmenistan", " And…"),
        (" И так […] Читать далее Туркменистан", " И так […]"),
    ],
)
def test_a_line_behind_the_last_sentence_goes(end: str, kept: str) -> None:
    assert without_boilerplate(BODY + end, TITLE) == BODY + kept


def test_several_last_lines_go() -> None:
    lines = "\n\n".join(("Read more", "Source: Daily Turkmenistan", "The post X appeared first on Y."))
    assert without_boilerplate(f"{BODY}\n\n{lines}", TITLE) == BODY


@given(st.lists(st.text(max_size=60) | st.sampled_from(ADDED + OWN), max_size=6), st.text(max_size=40))
def test_what_is_left_is_the_beginning_of_the_text(paragraphs: list[str], title: str) -> None:
    text = "\n\n".join(paragraphs)
    left = without_boilerplate(text, title)
    assert text.startswith(left)
    assert left.count("\n\n") >= text.count("\n\n") - MAX_LAST_PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "Запись Plums Ripen Early in Osh впервые появилась Туркменистан за день.",
        "Запись «Plums Ripen Early in Osh» впервые опубликована Туркменистан за день",
        "Continue reading Plums Ripen Early in Osh",
        "Continue reading Plums Ripen Early in Osh →",
        "Read more Plums Ripen Early in Osh at Daily Turkmenistan",
        "Читать далее Plums Ripen Early in Osh",
        "© 2026 Daily Turkmenistan",
        "Copyright © 2026 Daily Turkmenistan. All rights reserved.",
        "Все права защищены. Туркменистан за день",
        "Подписывайтесь на наш Telegram-канал «Туркменистан за день»!",
        "Читайте нас в Telegram: Туркменистан за день",
        "Follow us on Telegram: Daily Turkmenistan",
        "Subscribe to our newsletter Daily Turkmenistan",
    ],
)
def test_more_lines_of_plugins_and_themes_go(line: str) -> None:
    assert without_boilerplate(f"Plums are sweet.\n\n{line}", "Plums Ripen Early in Osh") == "Plums are sweet."


@pytest.mark.parametrize(
    "line",
    [
        "Запись концерта впервые появилась в продаже.",
        "Continue reading the signs of the market, traders say.",
        "Copying the law took Turkmenistan a year.",
        "Follow us, said the guide of Turkmenistan, and we did.",
        "Подписывайтесь под словами министра, призвал он.",
        "Join our country, the president told migrants.",
    ],
)
def test_sentences_that_begin_like_such_lines_stay(line: str) -> None:
    text = f"Plums are sweet.\n\n{line}"
    assert without_boilerplate(text, "Plums Ripen Early in Osh") == text
