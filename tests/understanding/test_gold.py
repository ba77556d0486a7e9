"""Sentences that ask for the price of gold, and those with gold in them that ask for something else."""

import pytest

from bot.domain.intents import IntentKind, understand


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "сколько стоит золото"),
        ("ru", "цена золота"),
        ("ru", "почём слиток золота"),
        ("ru", "золото"),
        ("en", "gold price"),
        ("en", "how much is gold"),
        ("kk", "алтын канша"),
        ("kk", "алтын бағасы"),
        ("ky", "алтын канча турат"),
        ("uz", "oltin narxi"),
        ("uz", "tilla qancha"),
        ("uz_cyrl", "олтин нархи"),
        ("tg", "нархи тилло"),
        ("tk", "altyn näçe"),
        ("tk", "altyn külçe näçe"),
        ("ru", "сколько стоит слиток 10 грамм"),
        ("ru", "цена 1 грамма золота"),
        ("en", "gold bar 10 g price"),
        ("uz", "10 gramm oltin narxi"),
        ("kk", "10 грамм алтын қанша"),
        ("tg", "10 грамм тилло чанд"),
    ],
)
def test_the_price_of_gold_is_asked_for_in_each_language(language: str, text: str) -> None:
    intent = understand(text, language)
    assert (intent.kind, intent.currencies, intent.corrections) == (IntentKind.GOLD, (), ())


@pytest.mark.parametrize(
    ("text", "code"),
    [("цена золота в узбекистане", "UZS"), ("how much is gold in kyrgyzstan", "KGS"), ("золото в тенге", "KZT")],
)
def test_a_country_or_its_money_may_be_named(text: str, code: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.currencies) == (IntentKind.GOLD, (code,))


@pytest.mark.parametrize(
    ("text", "kind", "query"),
    [
        ("новости золото", IntentKind.NEWS, "золото"),
        ("news about gold", IntentKind.NEWS, "gold"),
        ("подпишись на золото", IntentKind.SEARCH, "золото"),
        ("найди золото", IntentKind.SEARCH, "золото"),
        ("золото дорожает", IntentKind.SEARCH, "золото дорожает"),
        ("kazakhstan won gold", IntentKind.SEARCH, "kazakhstan won gold"),
        ("notify me if gold above 2000", IntentKind.SEARCH, "gold above 2000"),
    ],
)
def test_other_sentences_with_gold_keep_their_meaning(text: str, kind: IntentKind, query: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.query) == (kind, query)
