"""`jarchi match`: whether articles in JSON lines match a query."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.domain.spelling import words


def run(*arguments: str, lines: str | bytes) -> Result:
    return CliRunner().invoke(main, ["match", *arguments, "-"], input=lines)


def matched(query: str, *arguments: str, **article: object) -> dict[str, Any]:
    result = run(query, *arguments, "--json", lines=json.dumps(article))
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


@pytest.mark.parametrize(
    ("query", "lang", "title"),
    [
        ("Тоқаев", "kk", "Тоқаевтың сөзі"),
        ("Tokayev", "kk", "Тоқаевтың сөзі"),
        ("Мирзиёев", "uz", "Mirziyoyevning tashrifi"),
        ("Ташкент", "uz", "Toshkentda metro"),
        ("Kazakhstan", "uz", "Qozogʻistonda saylov"),
        ("qazaqstan", "kk", "Қазақстанда сайлау"),
        ("өзбекстан", "kk", "Өзбекстандағы жағдай"),
        ("үкімет", "kk", "Үкіметтің шешімі"),
        ("yкімет", "kk", "Укіметтің шешімі"),
        ("бiз", "kk", "Біздің ел"),
        ("курс", "ky", "Курстун өзгөрүшү"),
        ("metro", "uz", "Янги метро бекати"),
        ("metro", "uz-Cyrl", "Янги метрода"),
        ("narx", "uz", "Нархлари ошди"),
        ("шаҳр", "tg", "Дар шаҳрҳои мо"),
        ("döwlet", "tk", "Döwletiň karary"),
        ("reactors", "en", "A reactor"),
        ("реактор", "ru", "Реакторы"),
    ],
)
def test_forms_of_a_word_match_by_the_language_of_the_article(query: str, lang: str, title: str) -> None:
    found = matched(query, title=title, lang=lang)
    assert found["matches"] is True
    assert list(found["why"]) == words(query)


@pytest.mark.parametrize(
    ("query", "lang", "title"),
    [("право", "ru", "Правда"), ("ел", "kk", "Елу жыл"), ("qor", "uz", "Qora dengiz"), ("роҳ", "tg", "Роҳати ҷон")],
)
def test_other_words_do_not_match(query: str, lang: str, title: str) -> None:
    assert matched(query, title=title, lang=lang) == {"title": title, "matches": False, "why": {}}


def test_the_option_is_the_language_of_lines_that_name_none() -> None:
    assert matched("bank", "--lang", "uz", title="Banklarning foydasi")["matches"] is True
    assert matched("bank", "--lang", "en", title="Banklarning foydasi")["matches"] is False
    assert matched("bank", "--lang", "en", title="Banklarning foydasi", lang="uz")["matches"] is True


def test_the_text_and_the_curated_topics_count() -> None:
    assert matched("суу", title="Кабар", text="Сууну үнөмдөө", lang="ky")["why"] == {"суу": ["сууну (text)"]}
    assert matched("country:kz", title="Қазақстанда сайлау", lang="kk")["matches"] is True


def test_lines_that_are_no_articles_are_reported_and_the_others_matched() -> None:
    result = run("gas", "--json", lines=b'{"title": "Gas"}\nno\n{"text": "x"}\n{"title": "a", "lang": 5}\n' + b"\xff\n")
    assert result.exit_code == 1
    first, *others = map(json.loads, result.output.splitlines())
    assert first["matches"] is True
    assert [one["line"] for one in others] == [2, 3, 4, 5]


@pytest.mark.parametrize("arguments", [('"open',), ("gas", "--lang", "xx"), ("gas", "--lang", "\u202e")])
def test_wrong_arguments_are_named(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, lines="")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
