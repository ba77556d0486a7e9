"""The same round in every language: start, sentences, a conversion, an alert, a topic, a digest and a chart.

Nothing in an answer is of another language but headlines and names: every text is in the language's own catalog, and
has letters of its own alphabet.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

import bot.i18n
from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.i18n import LANGUAGES, Translator
from tests.app.conftest import Site
from tests.app.talk import ask, filled, texts
from tests.i18n.checks import ALPHABETS, CURRENCIES, LATIN, NO_WORDS

HEADLINE = "Kazakhstan Picks a Site for Its Nuclear Plant"
# The words of headlines and of names of sources, and of the person.
OUTSIDE = {*re.findall(r"\w+", HEADLINE), "Uzbek", "Cotton", "Harvest", "Ends", "Early", "Person", "Ol", "TCA"}
EXAMPLE = re.compile(r"<code>([^<]+)</code>")
PERSON = {language: number for number, language in enumerate(LANGUAGES, 11)}


@pytest.fixture
def fallbacks(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The texts that a catalog lacked: language and key."""
    found: set[tuple[str, str]] = set()
    text = bot.i18n._text

    def watched(language: str, key: str) -> str:
        if key not in bot.i18n._texts(language, key.partition(".")[0]):
            found.add((language, key))
        return text(language, key)

    monkeypatch.setattr(bot.i18n, "_text", watched)
    return found


def shown(telegram: EmbeddedTelegram, person: int) -> list[str]:
    """All that the bot has shown to a person, but the rows of languages: texts, captions, labels and keys."""
    found = []
    for message in telegram.messages(person):
        if not message["from"]["is_bot"]:
            continue
        found.append(message.get("text", message.get("caption", "")))
        markup: dict[str, Any] = message.get("reply_markup", {})
        for row in (*markup.get("inline_keyboard", ()), *markup.get("keyboard", ())):
            if not {one["text"].removeprefix("✓ ") for one in row} & set(LANGUAGES.values()):
                found += [one["text"] for one in row]
    return found


def foreign(language: str, text: str) -> set[str]:
    """The words of a text that have letters of no alphabet of a language, and are no names."""
    words = re.findall(r"[^\W\d_]+(?:[ʻʼ'][^\W\d_]*)*", NO_WORDS.sub(" ", text))
    known = {*CURRENCIES, *LATIN, *OUTSIDE}
    return {one for one in words if set(one.lower()) - set(ALPHABETS[language])} - known - {"kzt", "usd", "rub"}


async def walk(telegram: EmbeddedTelegram, language: str) -> None:
    """Walk the round with the sentences that the bot itself suggests in a language."""
    t, person = Translator(language), PERSON[language]
    telegram.add_person(person, "Person", language_code=language.replace("uz_cyrl", "uz-Cyrl"))
    telegram.say(person, "/start")
    await telegram.wait_for(lambda: len(texts(telegram, person)) >= 2, timeout=10)
    rest = [unescape(one) for one in EXAMPLE.findall(t.plain("help.jobs")) if not one.startswith("/")]
    for sentence in (
        *rest,
        "/subscribe " + t.plain("topics.name.nuclear"),
        "/topics",
        "/alerts",
        "/chart kzt",
        "/digest 8:00",
        "/settings",
        "/help",
    ):
        before = len(telegram.messages(person))
        telegram.say(person, sentence)
        await telegram.wait_for(
            lambda before=before: any(one["from"]["is_bot"] for one in telegram.messages(person)[before:]), timeout=20
        )
    await ask(telegram, person, "/digest now")


@pytest.mark.slow
async def test_the_whole_round_is_in_the_language_of_the_person(
    app: App, site: Site, telegram: EmbeddedTelegram, fallbacks: set[tuple[str, str]]
) -> None:
    await filled(telegram)
    for language in LANGUAGES:
        await walk(telegram, language)
    site.rates["KZT"] = "0.00191"  # 523.6 tenge for a dollar: the alerts at 520 fire
    site.articles.append((HEADLINE, "Officials chose a place by the lake."))
    for person in PERSON.values():
        await telegram.wait_for(
            lambda person=person: any("▲" in one and "520" in one for one in shown(telegram, person)), timeout=20
        )
    assert {(language, key) for language, key in fallbacks if language in LANGUAGES and "." in key} == set()
    left = {
        f"{language}: {word} in {text!r}"
        for language, person in PERSON.items()
        for text in shown(telegram, person)
        for word in foreign(language, text)
    }
    assert not left
    for language, person in PERSON.items():
        not_understood = Translator(language).plain("help.unknown").partition("<")[0]
        assert not any(not_understood in text for text in shown(telegram, person)), language
        assert any("photo" in message for message in telegram.messages(person)), f"{language}: no chart"
