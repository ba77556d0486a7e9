"""The word `som`: resolved by the language of the chat, then by its time zone, else asked about."""

from decimal import Decimal

import pytest

from bot.domain.intents import IntentKind, Person, WhichCurrency, understand
from bot.domain.intents.arguments import arguments_of, request_in

TASHKENT, BISHKEK, DUSHANBE, ALMATY = "Asia/Tashkent", "Asia/Bishkek", "Asia/Dushanbe", "Asia/Almaty"


@pytest.mark.parametrize("word", ["som", "сом", "СОМ", "сoм"])
@pytest.mark.parametrize(
    ("language", "timezone", "codes"),
    [
        ("ky", ALMATY, ["KGS"]),
        ("ky", TASHKENT, ["KGS"]),
        ("uz", ALMATY, ["UZS"]),
        ("uz", BISHKEK, ["UZS"]),
        ("uz_cyrl", "", ["UZS"]),
        ("kk", "", ["KGS", "UZS"]),
        ("kk", ALMATY, ["KGS", "UZS"]),
        ("kk", TASHKENT, ["UZS"]),
        ("kk", BISHKEK, ["KGS"]),
        ("tk", "Asia/Ashgabat", ["KGS", "UZS"]),
        ("tg", "", ["TJS", "KGS", "UZS"]),
        ("tg", DUSHANBE, ["TJS", "KGS", "UZS"]),
        ("tg", "Asia/Samarkand", ["UZS"]),
        ("kk", DUSHANBE, ["TJS", "KGS", "UZS"]),
        ("ru", ALMATY, ["KGS"]),
        ("en", "", ["KGS"]),
        ("ru", BISHKEK, ["KGS"]),
        ("ru", TASHKENT, ["UZS", "KGS"]),
        ("en", "Asia/Samarkand", ["UZS", "KGS"]),
        ("ru", DUSHANBE, ["TJS", "KGS"]),
    ],
)
def test_the_language_then_the_time_zone_says_which_money_it_is(
    word: str, language: str, timezone: str, codes: list[str]
) -> None:
    intent = understand(f"1000 {word} KZT", language, timezone=timezone)
    if len(codes) == 1:
        assert (intent.kind, intent.currencies) == (IntentKind.CONVERT, (codes[0], "KZT"))
    else:
        assert (intent.kind, intent.meanings, intent.currencies) == (IntentKind.WHICH_CURRENCY, tuple(codes), ())


@pytest.mark.parametrize("language", ["en", "ru", "kk", "ky", "uz", "uz_cyrl", "tg", "tk"])
@pytest.mark.parametrize("word", ["so'm", "so‘m", "soʻm", "sum", "сум", "сўм", "узбекский сом"])
def test_other_words_for_the_uzbek_money_have_one_meaning(language: str, word: str) -> None:
    assert understand(f"1000 {word} KZT", language, timezone=BISHKEK).currencies == ("UZS", "KZT")


@pytest.mark.parametrize("text", ["сомони", "somoni", "1000 сомони KZT"])
def test_somoni_is_another_word(text: str) -> None:
    assert understand(text, "kk").currencies[0] == "TJS"


@pytest.mark.parametrize(
    "text", ["1000 сом KZT", "сом", "usd сом > 80", "USD/сом график", "som", "сом 2025-10", "100 usd сом"]
)
def test_every_request_about_money_asks(text: str) -> None:
    assert understand(text, "kk").kind is IntentKind.WHICH_CURRENCY


@pytest.mark.parametrize("text", ["рыба сом", "ұсталған сом балығы"])
def test_a_fish_is_searched_for(text: str) -> None:
    assert understand(text, "kk").kind is IntentKind.SEARCH


@pytest.mark.parametrize(
    ("text", "own", "codes"),
    [
        ("1000 so'm som", (), ("UZS", "KGS")),
        ("kgs som", (), ("KGS", "UZS")),
        ("1000 сом KZT", ("RUB", "KGS"), ("KGS", "KZT")),
        ("1000 сом KZT", ("UZS", "RUB"), ("UZS", "KZT")),
        ("курс сом в ташкенте", (), ("UZS",)),
    ],
)
def test_the_rest_of_the_sentence_and_the_own_currencies_say_which_it_is(
    text: str, own: tuple[str, ...], codes: tuple[str, ...]
) -> None:
    assert understand(text, "kk", own).currencies == codes


def test_a_nationality_after_the_word_says_whose_it_is() -> None:
    assert understand("соми қирғизӣ", "tg").currencies == ("KGS",)


def test_two_own_currencies_of_that_name_say_nothing() -> None:
    assert understand("сом", "kk", ("KGS", "UZS")).kind is IntentKind.WHICH_CURRENCY


@pytest.mark.parametrize("code", ["KGS", "UZS", "TJS"])
def test_the_answer_gives_the_request_its_meaning(code: str) -> None:
    intent = understand("10 мың сом KZT", "kk", som=code)
    assert (intent.amount, intent.currencies) == (Decimal(10_000), (code, "KZT"))
    alert = understand("usd сом > 80", "kk", som=code).alert
    assert alert is not None
    assert alert.currencies == ("USD", code)


def test_arguments_of_commands_have_the_same_meaning() -> None:
    assert arguments_of("сом", Person("kk")).sentence.meanings == ("KGS", "UZS")
    assert arguments_of("сом", Person("uz")).sentence.codes == ("UZS",)
    assert request_in("usd сом > 80", Person("uz")).currencies == ("USD", "UZS")
    with pytest.raises(WhichCurrency) as question:
        request_in("usd сом > 80", Person("kk"))
    assert question.value.codes == ("KGS", "UZS")
