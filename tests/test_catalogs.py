"""The catalogs agree with each other and with the code, and their texts are plain and short."""

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from bot.domain import searches
from bot.domain.alerts.request import parse_request
from bot.domain.currencies import CURRENCIES
from bot.domain.intents import IntentKind, understand
from bot.domain.languages import BY_CODE
from bot.domain.rates import Pair
from bot.domain.topics import parse
from bot.domain.topics.curated import TOPICS
from bot.i18n import LANGUAGES, Translator, read_catalog
from bot.sources.banks import BANKS
from bot.sources.gold import GOLD
from bot.sources.offers import OFFER_SOURCES
from bot.sources.policy import POLICY
from bot.views import inline, zones
from bot.views.inline import Answer, Card
from bot.views.message import View, plain_text
from handlers.errors import MAX_ALERT
from handlers.features import COMMANDS
from tests import keys
from tests.golden.page import samples
from tests.golden.sample import Shown
from tests.i18n.checks import placeholders, problems

ROOT = Path(__file__).parent.parent
CATALOGS = {language: {str(m.id): str(m.string) for m in read_catalog(language) if m.id} for language in LANGUAGES}
# The letters of a label that a narrow phone shows in a row of one, two, or more buttons.
WIDTHS = {1: 36, 2: 20}
NARROWEST = 12
# The longest value that a placeholder of a callback answer usually has: a pair, a number, a short name.
VALUE = "W" * 12

# The button above inline results.
MAX_INLINE = 64
CARD = Card("1", "title", "line", View("text"))

# Words of a picture or of another sense, which people take literally: docs/glossary.md has what to say.
IDIOM = {
    "en": r"cr(y|ies|ied|ying)|criers?|hears?|heard|stor(y|ies)|shall|besides|anew|nor|at present|stands? in|silent"
    r"|asleep|sleeps?|rests?|resting|armed|arm|notebook|which is the most|say it like|speak|perhaps sent|told|tells?",
    "ru": r"крик\w*|кричать|крич\w+|глашата\w+|гадалк\w+|слыша\w+|слуша\w+|услыш\w+|молч\w*|замолч\w*|взвед\w+|взвест\w+"
    r"|отдыха\w+|спит|спать|сорвал\w+|пересчита\w+|напечатан\w*|грубо|заглуш\w+|киргиз\w*|лини(я|и|ю|й|ей)|сюжет\w*",
    "kk": r"айғай\w*|айқай\w*|есті(?:ді|л|м|п|г)\w*|тыңда\w*|ұйықта\w*|қару\w*|дәптер\w*|сызық\w*|әңгіме\w*",
    "ky": r"кыйкыр\w*|угуу\w*|уктуң\w*|тыңша\w*|укта\w*|дептер\w*|босого\w*|сызык\w*|аңгеме\w*",
    "uz": r"baqir\w*|eshit\w*|tingla\w*|uxla\w*|daftar\w*|ostona\w*|chiziq\w*|hikoya\w*",
    "uz_cyrl": r"бақир\w*|эшит\w*|тингла\w*|ухла\w*|дафтар\w*|остона\w*|чизиқ\w*|ҳикоя\w*",
    "tg": r"фарёд\w*|мешунав\w*|шунид\w*|хобид\w*|дафтар\w*|остона\w*|қисса\w*",
    "tk": r"gygyr\w*|eşid\w*|eşit\w*|diňle\w*|ukla\w*|depder\w*|bosaga\w*|hekaýa\w*",
}
# A number and a word that must agree with it ("1 days"): "{count} of 5" and "{count} s" are fine.
NUMBERS = "count|total|more|days|articles|alerts|subscriptions|topics|changes|polls|failures|waiting|finished|sent|attempts|chats"
FREE_WORDS = {
    "of",
    "из",
    "in",
    "за",
    "today",
    "сегодня",
    "later",
    "позже",
    "now",
    "сейчас",
    "failed",
    "being",
    "для",
    "more",
}
# A preposition or a noun whose value would need a grammatical case.
CASES = {
    "ru": r"\b(?:около|о|об|с промежутком|больше не слежу за)\s+\{(?:span|interval|topic|topics|words|code|name)\}"
}
TEXTS = [(language, key, text) for language in LANGUAGES for key, text in CATALOGS[language].items()]
# Countries and languages of sources.toml, which operators write.
OPEN = ("places.",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalog_is_complete_and_has_the_parts_of_the_english_texts(language: str) -> None:
    found = sorted(problems(language, CATALOGS[language], CATALOGS["en"]))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_a_catalog_lacks_is_that_of_the_next_language(language: str) -> None:
    t, chain = Translator(language), (language, *BY_CODE[language].fallback)
    for key in CATALOGS["en"]:
        text = next(CATALOGS[one][key] for one in chain if key in CATALOGS[one])
        assert t.plain(key, **dict.fromkeys(placeholders(text), "")) == re.sub(r"\{\w+\}", "", text)


def test_every_key_in_the_code_is_in_the_catalogs() -> None:
    key = re.compile(r"""(?<!\w)t(?:\.plain)?\(\s*["']((?:""" + "|".join(keys.SUBJECTS) + r""")\.[\w.]+)["']""")
    written = {
        found
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        for found in key.findall(path.read_text(encoding="utf-8"))
    }
    assert len(written) > 100
    assert written - keys.KEYS == set()


def test_every_f_string_of_a_key_makes_at_least_one() -> None:
    without = [made.pattern for made in keys.patterns() if not any(map(made.fullmatch, keys.KEYS))]
    assert not without


def test_no_key_is_unused() -> None:
    written, patterns, values = keys.written(), keys.patterns(), keys.values()

    def is_made(key: str) -> bool:
        """Whether an f-string makes the key of values that occur in the program."""
        matches = (made.fullmatch(key) for made in patterns)
        return any(match and (key.startswith(OPEN) or set(match.groups()) <= values) for match in matches)

    unused = sorted(key for key in keys.KEYS - written if not is_made(key))
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bank_and_topic_has_a_name(language: str) -> None:
    offers = (source.state_name for source in OFFER_SOURCES.values())
    of_banks = {*BANKS, *offers, *(one.name for one in GOLD.values()), *(one.name for one in POLICY.values())}
    named = {f"sources.name.{name}" for name in of_banks} | {f"topics.name.{slug}" for slug in TOPICS}
    named |= {f"currencies.name.{code}" for code in CURRENCIES}
    assert named <= CATALOGS[language].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_described_within_telegrams_limits(language: str) -> None:
    t = Translator(language)
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert 1 <= len(t.plain(command.description_key)) <= 256
        assert t.plain(command.description_key) != command.description_key
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_callback_answers_are_shown_whole(language: str) -> None:
    answers = keys.in_calls("answer_callback", "NotAllowed") | {
        "common.expired_button",
        "common.storage_error",
        "common.error",
    }
    assert len(answers) > 10
    t = Translator(language)
    filled = {key: t.plain(key, **dict.fromkeys(placeholders(CATALOGS["en"][key]), VALUE)) for key in answers}
    assert not {key: text for key, text in filled.items() if len(plain_text(text)) > MAX_ALERT}


def test_texts_use_plain_words() -> None:
    found = [
        f"{language} {key}: {hit[0]}"
        for language, key, text in TEXTS
        for hit in re.finditer(rf"\b(?:{IDIOM[language]})\b", text, re.IGNORECASE)
    ]
    assert not found, "\n".join(found)


def test_per_cent_stands_beside_its_number() -> None:
    assert not [(language, key) for language, key, text in TEXTS if re.search(r"[\d}]\s%", text)]


def test_no_text_needs_a_plural_or_a_case() -> None:
    plural = re.compile(rf"\{{(?:{NUMBERS})\}}(?:</?\w+>)*[^\S\n]+([^\W\d_]+)")
    wrong = [
        f"{language} {key}: {hit[0]}"
        for language, key, text in TEXTS
        for hit in plural.finditer(text)
        if hit[1].lower() not in FREE_WORDS
    ]
    wrong += [f"{language} {key}" for language, key, text in TEXTS if language in CASES and re.search(CASES[language], text)]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def labels(what: Shown) -> Iterator[tuple[int, str]]:
    """The labels of the buttons that are shown, each with the number of buttons in its row."""
    match what:
        case View():
            yield from ((len(row), button.label) for row in what.buttons for button in row)
        case Card():
            yield from labels(what.view)
        case Answer():
            yield 1, what.label
            for card in what.cards:
                yield from labels(card)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_into_their_buttons_on_a_narrow_phone(language: str) -> None:
    t = Translator(language)
    wide = [
        f"{one.title}: {label} ({len(label)} letters, {columns} in the row)"
        for one in samples()
        for columns, label in labels(one.render(t))
        if len(label) > WIDTHS.get(columns, NARROWEST)
    ]
    assert not wide, "\n".join(wide)


# Sentences that people are shown to type; a command begins with a stroke and is parsed by its own handler.
EXAMPLE = re.compile(r"<code>([^/<{][^<{]*)</code>|[“«]([^”»{]+)[”»]")
KINDS = {
    "convert.how": {IntentKind.CONVERT},
    "start.try": {IntentKind.CONVERT},
    "start.group": {IntentKind.CONVERT},
    "start.description": {IntentKind.CONVERT, IntentKind.ALERT},
    "help.unknown": {IntentKind.CONVERT, IntentKind.ALERT, IntentKind.SEARCH},
    "help.jobs": {
        IntentKind.RATE,
        IntentKind.RATES,
        IntentKind.CONVERT,
        IntentKind.ALERT,
        IntentKind.CHART,
        IntentKind.SEARCH,
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_above_inline_results_is_within_telegrams_limit(language: str) -> None:
    t = Translator(language)
    labels_above = [one.label for one in (sample.render(t) for sample in samples()) if isinstance(one, Answer)]
    labels_above += [inline.about_words(t, cards, "ж" * 99).label for cards in ([], [CARD])]
    labels_above.append(inline.about_money(t, [], Pair("KZT", "UZS")).label)
    assert not [label for label in labels_above if len(label) > MAX_INLINE]


@pytest.mark.parametrize("key", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_the_texts_are_understood(language: str, key: str) -> None:
    examples = [unescape(code or quoted) for code, quoted in EXAMPLE.findall(CATALOGS[language][key])]
    assert {understand(one, language).kind for one in examples} == KINDS[key]


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptions_of_the_bot_are_within_telegrams_limits(language: str) -> None:
    t = Translator(language)
    assert len(t.plain("start.description")) <= 512
    assert len(t.plain("start.short_description")) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_alerts_are_understood(language: str) -> None:
    texts = "\n".join(
        Translator(language).plain(key) for key in CATALOGS["en"] if not placeholders(CATALOGS["en"][key])
    )
    examples = re.findall(r"<code>/alert ([^<{]+)</code>", texts)
    assert len(examples) >= 5
    for one in examples:
        parse_request(unescape(one), language)


# The meanings of the examples of commands; the commands that are not here have parsers of their own.
COMMAND_KINDS = {
    "rates": {IntentKind.RATE, IntentKind.PAIR},
    "convert": {IntentKind.CONVERT},
    "chart": {IntentKind.CHART},
    "history": {IntentKind.HISTORY},
}
NOW = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_commands_are_understood(language: str) -> None:
    examples = {
        (command, unescape(rest))
        for text in CATALOGS[language].values()
        for command, rest in re.findall(r"<code>/(\w+) ([^<{]+)</code>", text)
    }
    assert {command for command, _ in examples} > {*COMMAND_KINDS, "timezone", "search", "subscribe", "quiet"}
    for command, rest in examples:
        if command in COMMAND_KINDS:
            assert understand(f"/{command} {rest}", language).kind in COMMAND_KINDS[command], rest
        elif command == "timezone":
            assert zones.find(rest, NOW).zone, rest
        elif command == "search":
            searches.read(rest)
        elif command == "subscribe":
            parse(rest)
