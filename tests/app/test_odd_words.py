"""Typed marks that reverse a text are not repeated in answers."""

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.articles import clean_text
from tests.app.talk import ask, filled

COMMANDS = ("subscribe", "unsubscribe", "news", "search", "rates", "convert", "alert", "chart", "history", "timezone")


async def test_marks_that_reverse_a_text_are_not_repeated_in_answers(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    for typed in (*(f'/{command} "\u202ex\u200fyz\u2066q' for command in COMMANDS), "\u202ehello", "/non\u202esense"):
        answer = await ask(telegram, 1, typed)
        assert answer == clean_text(answer), typed
        assert "went wrong" not in answer
    assert "Now following: gold" in await ask(telegram, 1, "/subscribe \u202egold")


async def test_the_longest_message_is_answered(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    for command in COMMANDS:
        for filling in ("x", "(a+)+$ ", "🚆", "gold ", '"'):
            typed = f"/{command} " + filling * ((4095 - len(command) - 2) // len(filling))
            assert "went wrong" not in await ask(telegram, 1, typed)
