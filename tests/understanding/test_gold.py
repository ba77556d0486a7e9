"""Sentences that ask for the price of gold, and those with gold in them that ask for something else."""

from decimal import Decimal

import pytest

from bot.domain.alerts import Kind, Side
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
        ("en", "gold 1 kg price"),
        ("ru", "сколько стоит 1 кг золота"),
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
        ("gold hits record high", IntentKind.SEARCH, "gold hits record high"),
        ("when does the gold mine open", IntentKind.SEARCH, "when does the gold mine open"),
    ],
)
def test_other_sentences_with_gold_keep_their_meaning(text: str, kind: IntentKind, query: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.query) == (kind, query)


@pytest.mark.parametrize(
    ("language", "text", "market", "side", "level"),
    [
        ("en", "alert me when gold falls below 1,800,000", ":sell", Side.BELOW, 1_800_000),
        ("en", "gold in uzbekistan > 1.9 mln", "cbu:sell", Side.ABOVE, 1_900_000),
        ("en", "gold per gram above 7800 kgs", "nbkr:sell", Side.ABOVE, 7800),
        ("en", "notify me if the buyback of gold is above 1700000", ":buy", Side.ABOVE, 1_700_000),
        ("ru", "золото выше 1900000", ":sell", Side.ABOVE, 1_900_000),
        ("ru", "сообщи когда золото станет дешевле 1800000 сум", "cbu:sell", Side.BELOW, 1_800_000),
        ("ru", "обратный выкуп золота в киргизии выше 7500", "nbkr:buy", Side.ABOVE, 7500),
        ("ru", "10 грамм золота дороже 18 млн", ":sell", Side.ABOVE, 1_800_000),
        ("kk", "алтын 1900000-нан асса хабарла", ":sell", Side.ABOVE, 1_900_000),
        ("ky", "алтын 7600 сомдон ашса билдир", "nbkr:sell", Side.ABOVE, 7600),
        ("uz", "oltin 1900000 somdan oshsa xabar ber", "cbu:sell", Side.ABOVE, 1_900_000),
        ("uz_cyrl", "олтин 1900000 сўмдан ошса хабар бер", "cbu:sell", Side.ABOVE, 1_900_000),
        ("tg", "тилло аз 1900000 сум боло равад хабар деҳ", "cbu:sell", Side.ABOVE, 1_900_000),
        ("tk", "altyn 1900000 sumdan geçse habar ber", "cbu:sell", Side.ABOVE, 1_900_000),
    ],
)
def test_an_alert_on_gold_is_asked_for_in_each_language(
    language: str, text: str, market: str, side: Side, level: int
) -> None:
    intent = understand(text, language)
    assert intent.kind is IntentKind.ALERT
    assert intent.alert is not None
    assert (intent.alert.market, intent.alert.side, intent.alert.level) == (market, side, Decimal(level))


@pytest.mark.parametrize(
    ("text", "kind", "move"),
    [
        ("золото подорожает на 5%", Kind.MOVE, "0.05"),
        ("gold 2% week", Kind.WEEK, "0.02"),
        ("gold -3%", Kind.MOVE, "0.03"),
    ],
)
def test_a_move_of_gold_is_asked_for(text: str, kind: Kind, move: str) -> None:
    request = understand(text, "ru").alert
    assert request is not None
    assert (request.currencies, request.kind, request.move) == (("XAU",), kind, Decimal(move))


@pytest.mark.parametrize(
    ("text", "market"),
    [("alert on gold", ":sell"), ("оповещение золото", ":sell"), ("alert me on the price of gold in uzs", "cbu:sell")],
)
def test_an_alert_on_gold_without_a_level_is_not_complete(text: str, market: str) -> None:
    request = understand(text, "ru").alert
    assert request is not None
    assert (request.complete, request.market) == (False, market)


@pytest.mark.parametrize("text", ["золото выше 1900000 тенге", "gold > 2000 usd", "gold in kazakhstan > 5%"])
def test_gold_in_other_money_has_no_price_list(text: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.problem and intent.problem.key) == (IntentKind.ALERT, "gold.unknown")


@pytest.mark.parametrize(
    ("text", "market"), [("alert on rub tjs transfer", "transfer:buy"), ("оповещение рубль переводом", "transfer:buy")]
)
def test_an_alert_on_offers_without_a_level_keeps_its_way_of_payment(text: str, market: str) -> None:
    request = understand(text, "ru").alert
    assert request is not None
    assert (request.complete, request.market) == (False, market)
