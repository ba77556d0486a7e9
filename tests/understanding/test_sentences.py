import datetime as dt
import random
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import Kind, Side
from bot.domain.intents import MAX_SENTENCE_LENGTH, Correction, Intent, IntentKind, understand
from bot.domain.periods import Period
from bot.domain.vocabulary import table
from tests.understanding.labelled import PARTS, TODAY, Label, headlines, labels, mistyped, results

# The languages of the labelled sentences, each with the least share of them that is understood with all arguments.
LEAST = {"en": 0.95, "ru": 0.95, "kk": 0.9, "ky": 0.9, "uz": 0.9, "uz_cyrl": 0.9, "tg": 0.9, "tk": 0.9}


@pytest.mark.parametrize("language", LEAST)
@pytest.mark.parametrize("part", PARTS)
def test_the_labelled_sentences_are_understood(part: str, language: str) -> None:
    found = [one for one in results(part) if one.label.language == language]
    wrong = [one for one in found if not one.right]
    assert found
    assert len(wrong) <= (1 - LEAST[language]) * len(found), "\n".join(map(repr, wrong))


def test_a_fifth_of_the_sentences_was_never_used_for_tuning() -> None:
    tuned, kept = (list(labels(part)) for part in PARTS)
    assert min(Counter(label.language for label in (*tuned, *kept)).values()) >= 100
    assert len(kept) * 6 >= len(tuned) + len(kept)
    assert {label.language for label in tuned} == {label.language for label in kept} == LEAST.keys()
    assert {label.intent for label in tuned} >= set(IntentKind) - {IntentKind.WHICH_CURRENCY}


@pytest.mark.parametrize(
    ("languages", "least"), [("en ru", 0.95), *((language, 0.9) for language in LEAST if language not in ("en", "ru"))]
)
def test_one_wrong_letter_seldom_changes_the_intent(languages: str, least: float) -> None:
    chance, right, typed = random.Random(7), 0, 0
    chosen = [
        label
        for label in labels("tuned")
        if label.language in languages.split() and label.intent not in ("search", "unknown")
    ]
    for label in chosen * 2:
        text = mistyped(label.text, chance)
        if text == label.text or understand(label.text, label.language, today=TODAY).corrections:
            continue  # nothing was changed, or a second error
        typed += 1
        right += understand(text, label.language, today=TODAY).kind.value == label.intent
    assert right / typed >= least, f"{right} of {typed}"


@pytest.mark.parametrize(("language", "text"), list(headlines()))
def test_words_of_the_news_are_searched_for(language: str, text: str) -> None:
    assert understand(text, language, today=TODAY).kind in (IntentKind.SEARCH, IntentKind.NEWS)


CHANGES = {
    "capitals": str.upper,
    "small letters": str.lower,
    "spaces": lambda text: f"  {text.replace(' ', '   ')} ",
    "a question mark": lambda text: f"{text}?",
    "exclamation marks": lambda text: f"{text}!!!",
    "a full stop": lambda text: f"{text}.",
    "marks of direction": lambda text: f"\u202b{text}\u202c",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("part", PARTS)
def test_case_space_and_punctuation_do_not_change_the_intent(part: str, change: str) -> None:
    for label in labels(part):
        as_typed = understand(label.text, label.language, today=TODAY)
        changed = understand(CHANGES[change](label.text), label.language, today=TODAY)
        assert changed.kind == as_typed.kind, label.text
        assert (changed.currencies, changed.amount, changed.alert) == (
            as_typed.currencies,
            as_typed.amount,
            as_typed.alert,
        ), label.text


@given(
    st.text()
    | st.lists(st.sampled_from([word for label in labels("tuned") for word in label.text.split()]), max_size=12).map(
        " ".join
    )
    | st.lists(st.sampled_from(["zzz", "dollar", "доллари", *table()]), max_size=8).map(" ".join)
    | st.text("0123456789.,-+%<>=$€₽кkмm днядаьrubtjsдоларсм", max_size=60),
    st.sampled_from([*LEAST, ""]),
    st.sampled_from([None, "alerts.level RUB:TJS:above", "search.words"]),
)
def test_any_text_has_an_intent(text: str, language: str, prompt: str | None) -> None:
    intent = understand(text, language, ("RUB", "TJS"), prompt, TODAY)
    assert isinstance(intent, Intent)
    assert intent.amount is None or intent.amount > 0
    assert intent.alert is None or intent.alert.complete
    assert len(intent.text) <= MAX_SENTENCE_LENGTH


@pytest.mark.parametrize("text", ["give me the zzz dollar one", "доллар ззз один"])
def test_the_number_one_after_a_currency_and_an_unknown_word_has_an_intent(text: str) -> None:
    assert understand(text, "ru").kind is IntentKind.SEARCH


@pytest.mark.parametrize(
    "piece", ["курс ", "доллар ", "100 usd ", "a", "9", "1 ", "$", "сто ", "тысяч ", "долар ", "😀", "qwfp "]
)
def test_a_text_of_any_length_takes_no_longer_than_its_beginning(piece: str) -> None:
    beginning = piece * (4 * MAX_SENTENCE_LENGTH // len(piece) + 1)
    assert understand(piece * 4000, "ru") == understand(beginning, "ru")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "alert usd 520 please"),
        ("en", "alert usd 520 pleas"),
        ("en", "alert usd 520 plz!"),
        ("en", "alert usd 520 asap"),
        ("ru", "сообщи когда доллар 520 пожалуйста"),
        ("ru", "сообщи когда доллар 520 срочно"),
        ("ru", "сообщи когда доллар дойдёт до 520-ти"),
        ("kk", "доллар 520-дан асса хабарла өтінем"),
        ("kk", "доллар 520 дереу хабарла"),
        ("ky", "доллар 520дон ашса дароо кабарла"),
        ("uz", "dollar 520 bo'lsa darhol xabar bering iltimos"),
        ("uz_cyrl", "доллар 520 бўлса дарҳол хабар беринг илтимос"),
        ("tg", "доллар 520 шавад хабар деҳ лутфан"),
        ("tk", "dollar 520 bolsa derrew habar ber"),
    ],
)
def test_a_harmless_word_after_a_level_is_no_currency(language: str, text: str) -> None:
    intent = understand(text, language)
    assert intent.alert is not None
    assert (intent.alert.currencies, intent.alert.level) == (("USD",), Decimal(520))


def test_a_level_that_is_named_or_passed_has_its_side() -> None:
    sides = [understand(f"alert usd kzt 520 {words}").alert for words in ("or more", "or lower")]
    assert [one and one.side for one in sides] == [Side.ABOVE, Side.BELOW]


@pytest.mark.parametrize(
    ("language", "text", "quotes"),
    [
        ("en", "half a dollar in tenge", ("KZT",)),
        ("ru", "пол доллара", ()),
        ("kk", "жарты доллар қанша теңге", ("KZT",)),
        ("ky", "жарым доллар", ()),
        ("uz", "yarim dollar", ()),
        ("uz_cyrl", "ярим доллар", ()),
        ("tg", "ним доллар", ()),
        ("tk", "ýarym dollar", ()),
    ],
)
def test_half_a_unit_is_converted(language: str, text: str, quotes: tuple[str, ...]) -> None:
    intent = understand(text, language)
    assert (intent.kind, intent.amount, intent.currencies) == (IntentKind.CONVERT, Decimal("0.5"), ("USD", *quotes))


@pytest.mark.parametrize(("text", "kind"), [("half price", "search"), ("dollar half a year", "chart")])
def test_half_of_something_else_is_no_amount(text: str, kind: str) -> None:
    assert understand(text).kind.value == kind


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        ("", "unknown", None),
        (" \n\t\u00a0", "unknown", None),
        ("a" * 4000, "search", None),
        ("курс " * 1000, "search", None),
        ("9" * 4000, "search", None),
        ("$" * 4000, "unknown", None),
        ("😀" * 2000, "unknown", None),
        ("?" * 4000, "unknown", None),
        ("🤔", "unknown", None),
        ("👨‍👩‍👧‍👦", "unknown", None),
        ("👍👍👍", "thanks", None),
        ("🇰🇿", "rate", None),
        ("дoллaр", "rates", None),
        ("кypс дoллapа", "rates", None),
        ("д\u0301оллар", "rates", None),
        ("\u202eдоллар\u202c", "rates", None),
        ("100\u200e usd\u200f in kzt", "convert", None),
        ("курс\u00ad дол\u200bлара", "rates", None),
        ("100 usd 200 eur", "convert", "convert.error.form"),
        ("100-200 usd", "convert", "convert.error.form"),
        ("1..5 usd", "convert", "convert.error.form"),
        ("1/2 usd", "convert", "convert.error.form"),
        ("100usd200eur", "convert", "convert.error.form"),
        ("usd eur rub", "rates", None),
        ("usd/kzt/rub", "rates", None),
        ("100 usd kzt rub tjs", "convert", None),
        ("usd eur kzt > 500", "alert", "alerts.error.form"),
        ("usd usd", "rates", None),
        ("доллар к доллару", "pair", "convert.error.same"),
        ("usd/usd", "pair", "convert.error.same"),
        ("100 usd в доллары", "convert", "convert.error.same"),
        ("usd usd > 5", "alert", "alerts.error.same"),
        ("100 vnd", "convert", "convert.error.unknown"),
        ("100 usd to vnd", "convert", "convert.error.unknown"),
        ("100 usd in xyzzy", "convert", "convert.error.unknown"),
        ("100 XYZ", "convert", "convert.error.unknown"),
        ("100 канадских долларов", "convert", "convert.error.unknown"),
        ("курс биткоина", "rate", "convert.error.unknown"),
        ("сообщи когда донг выше 5", "alert", "alerts.unknown_currency"),
        ("alert usd kzt 520 blah", "alert", "alerts.unknown_currency"),
        ("скажи когда доллар 520 тугринов", "alert", "alerts.unknown_currency"),
        ("оповести доллар выше 520 завтрашних", "alert", "alerts.unknown_currency"),
        ("доллар выше 520 завтрашних тенге сообщи", "alert", None),
        ("сообщи когда доллар изменится на 2% завтрашних", "alert", None),
        ("-5 usd", "convert", "convert.error.number"),
        ("−100 рублей", "convert", "convert.error.number"),
        ("минус 5 долларов", "convert", "convert.error.number"),
        ("минус пять долларов", "convert", "convert.error.number"),
        ("0 usd", "convert", "convert.error.number"),
        ("ноль долларов", "convert", "convert.error.number"),
        ("1e999 usd", "convert", "convert.error.number"),
        ("1e999", "number", "convert.error.number"),
        ("0", "number", "convert.error.number"),
        ("-5", "number", "convert.error.number"),
        ("9" * 30 + " usd", "convert", "convert.error.number"),
        ("1000000000000001 usd", "convert", "convert.error.large"),
        ("usd > 1e999", "alert", "alerts.error.number"),
        ("usd > 0", "alert", "alerts.error.number"),
        ("usd > -5", "alert", "alerts.error.number"),
        ("usd > 5 6", "alert", "alerts.error.number"),
        ("kzt 2% 3%", "alert", "alerts.error.number"),
        ("kzt high 99999", "alert", "alerts.error.number"),
        ("\"'\"'100 usd'\"'\"", "convert", None),
        ("«„“новости”»", "news", None),
        ('"""""', "unknown", None),
        ("((100)) usd", "convert", None),
        ("' OR 1=1 --", "search", None),
        ("100 usd;;; drop table rates", "search", None),
        ("100\x00usd", "convert", None),
        ("\ud800", "unknown", None),
        ("٥٠٠ usd", "convert", None),
        ("100 xyz in kzt", "convert", "convert.error.unknown"),
        ("100 фантиков в тенге", "convert", "convert.error.unknown"),
        ("100 грамм в литр", "search", None),
        ("http://example.org/100usd", "search", None),
        ("сто сто сто", "unknown", None),
        ("график тенге 0 дней", "chart", None),
        ("график тенге 99999999999 лет", "chart", None),
        ("kzt 31.02.2025", "history", None),
    ],
)
def test_odd_input_has_a_useful_intent(text: str, kind: str, problem: str | None) -> None:
    intent = understand(text, "ru", today=TODAY)
    assert (intent.kind.value, intent.problem and intent.problem.key) == (kind, problem)


@pytest.mark.parametrize(
    "text",
    ["трамп", "france", "trial", "rival", "уран", "дом", "дом в алматы", "танк", "банк россии", "воде", "drama", "collar",
     "рубин", "фунт изюма и грант", "мост через амударью", "tanker", "frank talk", "сумма сделки", "мандат депутата"],
)  # fmt: skip
def test_a_word_of_the_news_is_not_corrected_to_a_currency(text: str) -> None:
    assert understand(text, "ru").corrections == ()


@pytest.mark.parametrize(
    ("text", "typed", "meant"),
    [
        ("10000 рублей в самони", "самони", "сомони"),
        ("тегне", "тегне", "тенге"),
        ("курс долара", "долара", "доллара"),
        ("100 dolars in tenge", "dolars", "dollars"),
        ("новсти казахстана", "новсти", "новости"),
        ("граффик тенге", "граффик", "график"),
        ("ghbdtn", "ghbdtn", "привет"),
    ],
)
def test_a_corrected_word_is_reported(text: str, typed: str, meant: str) -> None:
    assert understand(text, "ru").corrections == (Correction(typed, meant),)


def test_an_amount_after_its_target_is_in_the_own_currency() -> None:
    for text in ("в сомони 15к", "15к в сомони"):
        intent = understand(text, "ru", ("RUB", "TJS"))
        assert (intent.amount, intent.currencies) == (15000, ("RUB", "TJS")), text
    assert understand("сомони 15к", "ru", ("RUB", "TJS")).currencies == ("TJS",)


def test_a_number_answers_an_open_prompt() -> None:
    prompt = "alerts.level RUB:TJS:above"
    for text in ("525", "> 525", "выше 525", "525 тенге", "525,0"):
        intent = understand(text, "ru", (), prompt)
        assert (intent.kind, intent.amount) == (IntentKind.NUMBER, Decimal(525)), text
    assert understand("87,450", "ru", (), prompt).amount == Decimal("87.45")
    assert understand("525 тенге", "ru").kind is IntentKind.CONVERT
    assert understand("курс", "ru", (), prompt).kind is IntentKind.RATES


def test_an_alert_without_a_currency_is_on_the_own_pair_or_the_dollar() -> None:
    assert understand("выше 520", "ru").currencies == ("USD",)
    own = understand("> 0,12", "ru", ("RUB", "TJS"))
    assert own.alert is not None
    assert (own.currencies, own.alert.level, own.alert.side) == (("RUB", "TJS"), Decimal("0.12"), Side.ABOVE)


def test_a_currency_alone_after_alert_has_no_request_and_no_problem() -> None:
    for text in ("alert kzt", "сообщи когда тенге станет выгоднее"):
        intent = understand(text, "ru")
        assert (intent.kind, intent.currencies, intent.alert, intent.problem) == (
            IntentKind.ALERT,
            ("KZT",),
            None,
            None,
        )


@pytest.mark.parametrize(
    ("text", "side"), [("kzt +2%", Side.ABOVE), ("kzt -2%", Side.BELOW), ("kzt 2%", None), ("kzt ±2%", None)]
)
def test_the_sign_of_a_move_is_its_direction(text: str, side: Side | None) -> None:
    alert = understand(text, "ru").alert
    assert alert is not None
    assert (alert.move, alert.side, alert.kind) == (Decimal("0.02"), side, Kind.MOVE)


def test_a_change_by_an_amount_is_no_level() -> None:
    intent = understand("сообщи когда доллар вырастет на 10 тенге", "ru")
    assert (intent.kind, intent.currencies, intent.alert) == (IntentKind.ALERT, ("USD", "KZT"), None)


def test_a_range_that_no_chart_has_is_named() -> None:
    intent = understand("chart kzt 2 недели", "ru")
    assert (intent.span, intent.asked_span) == ("30d", "2 недели")
    assert understand("chart kzt год", "ru").asked_span == ""


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("курс тенге в декабре", Period(2025, 12)),
        ("курс тенге в ноябре", Period(2026, 11)),
        ("курс тенге в декабре 2023 года", Period(2023, 12)),
        ("доллар вчера", Period(2026, 11)),
        ("доллар в прошлом месяце", Period(2026, 10)),
        ("доллар в прошлом году", Period(2025)),
        ("доллар год назад", Period(2025, 11)),
        ("the dollar 3 months ago", Period(2026, 8)),
    ],
)
def test_days_of_the_past_are_counted_from_today(text: str, period: Period) -> None:
    assert understand(text, "ru", today=dt.date(2026, 11, 29)).period == period


@pytest.mark.parametrize(
    ("text", "today", "period"),
    [
        ("доллар 2 месяца назад", dt.date(2026, 3, 1), Period(2026, 1)),
        ("the dollar 3 months ago", dt.date(2028, 3, 31), Period(2027, 12)),
        ("доллар год назад", dt.date(2028, 3, 31), Period(2027, 3)),
        ("the dollar two years ago", dt.date(2026, 1, 31), Period(2024, 1)),
        ("доллар полгода назад", dt.date(2026, 3, 1), Period(2025, 9)),
        ("доллар в прошлом квартале", dt.date(2026, 1, 31), Period(2025, 10)),
        ("доллар в прошлом году", dt.date(2028, 12, 31), Period(2027)),
        ("the dollar 2 weeks ago", dt.date(2026, 3, 1), Period(2026, 2)),
    ],
)
def test_months_ago_are_months_of_the_calendar(text: str, today: dt.date, period: Period) -> None:
    assert understand(text, "ru", today=today).period == period


@pytest.mark.parametrize(
    ("text", "command"),
    [("настройки", "settings"), ("мои оповещения", "alerts"), ("my topics", "topics"), ("digest", "digest")],
)
def test_the_name_of_a_command_is_that_command(text: str, command: str) -> None:
    assert understand(text, "ru").command == command


def test_a_quotation_and_an_exclusion_stay_in_the_query() -> None:
    assert understand('найди "средний коридор" -китай', "ru").query == '"средний коридор" -китай'


def test_the_label_of_a_sentence_is_complete() -> None:
    assert all(isinstance(label, Label) and label.text and label.intent for part in PARTS for label in labels(part))
