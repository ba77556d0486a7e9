"""A broken catalog is named by its language and key, and so is what is wrong with it."""

from __future__ import annotations

import pytest

from tests.i18n.checks import HARMONIC, problems

ENGLISH = {
    "alerts.title": "🔔 <b>Alerts</b>: {count}.",
    "alerts.line": "{pair} above {level}",
    "broadcast.nobody": "Nobody",
}
KAZAKH = {"alerts.title": "🔔 <b>Ескертулер</b>: {count}.", "alerts.line": "{pair} {level} деңгейінен жоғары"}


def found(language: str = "kk", **changed: str | None) -> list[str]:
    """Return the problems of a right catalog with some texts changed; None leaves one out."""
    texts = KAZAKH | {key.replace("__", "."): text for key, text in changed.items()}
    return list(problems(language, {key: text for key, text in texts.items() if text is not None}, ENGLISH))


def test_a_right_catalog_has_no_problem_even_without_texts_of_operators() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "the text is missing"),
        ("", "the text is empty"),
        (" \n", "the text is empty"),
        ("🔔 <b>Ескертулер</b>: {counts}.", "placeholders ['counts'] instead of ['count']"),
        ("🔔 <b>Ескертулер</b>.", "placeholders [] instead of ['count']"),
        ("🔔 <b>Ескертулер</b>: {count", "a placeholder is not closed"),
        ("🔔 <b>Ескертулер</b>: {count} {count}.", "placeholders ['count', 'count'] instead of ['count']"),
        ("🔔 <b>Ескертулер: {count}.", "<b> is not closed"),
        ("🔔 Ескертулер</b>: {count}.", "</b> closes no open tag"),
        ("🔔 <b><i>Ескертулер</b></i>: {count}.", "</b> closes no open tag"),
        ("🔔 <i>Ескертулер</i>: {count}.", "tags {'i': 1} instead of {'b': 1}"),
        ("<b>Ескертулер</b>: {count}.", "signs [] instead of ['🔔']"),
        ("🔔 <b>Ескертулер</b>: {count}", "begins or ends with"),
        ("🔔 <b>Ескертулер</b>: {count}.\n", "begins or ends with"),
        ("🔔 <b>Ескертулер</b>: {count}ден.", "an ending after a placeholder"),
        ("🔔 <b>Ескертулер</b>: {count}-ден.", "an ending after a placeholder"),
        ("🔔 <b>Ескертулер: {count}</b>’ден.", "an ending after a placeholder"),
        ("🔔 <b>Alerts</b>: {count}.", "letters of no alphabet of kk: Alerts"),
        ("🔔 <b>Ескeртулер</b>: {count}.", "letters of no alphabet of kk: Ескeртулер"),  # a Latin e
        ("🔔 <b>Ескертулер ӯ</b>: {count}.", "letters of no alphabet of kk: ӯ"),
        ("🔔 <b>Сен ескертулер</b>: {count}.", "a familiar form of address: Сен"),
    ],
)
def test_a_problem_is_named_with_its_language_and_key(text: str | None, problem: str) -> None:
    assert any(one.startswith("kk alerts.title: ") and problem in one for one in found(alerts__title=text))


def test_a_key_that_english_lacks_is_named() -> None:
    assert found(alerts__old="Ескі") == ["kk alerts.old: the English catalog has no such key"]


def test_russian_and_english_have_the_texts_of_operators_too() -> None:
    assert "ru broadcast.nobody: the text is missing" in list(problems("ru", {}, ENGLISH))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uz", "oʻzbek kursi: {level} dan yuqori"),
        ("uz_cyrl", "ўзбек курси: {level} дан юқори"),
        ("tg", "қурби {pair} аз {level} боло ҳаст"),
        ("tk", "{pair}: {level} derejesinden ýokary"),
        ("ky", "{pair} {level} деңгээлинен жогору"),
    ],
)
def test_letters_of_each_alphabet_are_right_in_their_own_language_only(language: str, text: str) -> None:
    english = {"alerts.line": ENGLISH["alerts.line"]}
    text = text if "{pair}" in text else "{pair} " + text
    assert list(problems(language, {"alerts.line": text}, english)) == []
    assert list(problems("ru", {"alerts.line": text}, english))


@pytest.mark.parametrize("wrong", ["o'zbek {pair} {level}", "o’zbek {pair} {level}", "oʼzbek w {pair} {level}"])
def test_uzbek_has_two_signs_for_its_apostrophes(wrong: str) -> None:
    found = list(problems("uz", {"alerts.line": wrong}, {"alerts.line": ENGLISH["alerts.line"]}))
    assert found


def test_endings_are_forbidden_where_they_depend_on_the_word_before() -> None:
    assert {"kk", "ky", "tg", "tk"} == HARMONIC
    assert not list(problems("uz", {"alerts.line": "{pair} {level} dan"}, {"alerts.line": ENGLISH["alerts.line"]}))
