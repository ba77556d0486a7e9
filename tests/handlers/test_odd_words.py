"""Any typed text gets a short answer that Telegram accepts, without marks that reverse the text.

The dispatcher takes such marks out of all that is typed (tests/app/test_odd_words.py); so do these tests.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.telegram.entities import parse_html
from bot.domain.articles import clean_text
from bot.views.buttons import MAX_DATA_BYTES
from bot.views.message import MAX_TEXT, View
from handlers import inline
from handlers.command import Handler
from handlers.news import show_news
from handlers.search import search
from handlers.topics import subscribe, unsubscribe
from storage import topics
from storage.database import Database
from tests.handlers.conftest import Conversation, publish
from tests.handlers.talk import InlineBot

ODD = {
    "an open quotation mark": 'gold "open',
    "quotation marks alone": '"' * 99,
    "only an exclusion": "-gold",
    "only exclusions": "-gold OR -silver | -title:oil",
    "a page of text": "gold mine " * 400,
    "one word of 4,000 letters": "x" * 4000,
    "a regular expression that explodes": "(a+)+$ (a|a)*b " + "a" * 60,
    "many stars": "*" * 4000,
    "many bars": "|" * 4000,
    "many colons": "a:" * 2000,
    "many dashes": "-" * 3999 + "x",
    "brackets": "(" * 2000,
    "emoji": "🚆🏔️👩‍👩‍👧",
    "emoji and a word": "🚆 gold",
    "a mark that turns the text round": "\u202egold",
    "marks alone": "\u202e\u200f\u2066\u200b",
    "an open quotation mark and a mark": '"\u202egold',
    "an unknown field and a mark": "\u202efoo:gold",
    "combining marks": "g" + "\u0301" * 300,
    "markup": "<b>gold</b> &amp; <script>",
    "an operator alone": "OR",
    "operators of the engines": "gold NEAR(silver) & ! <-> :* ^",
    "a statement": "'; DROP TABLE queries; --",
    "percent signs": "%_%s{}{0}",
    "half of a character": "gold\ufffd\x00",
    "another alphabet": "ذهب 金 זהב",
}
everything = pytest.mark.parametrize("typed", ODD.values(), ids=ODD.keys())
HANDLERS: dict[str, Handler] = {"subscribe": subscribe, "unsubscribe": unsubscribe, "news": show_news, "search": search}


def check(view: View, typed: str) -> None:
    """Check that Telegram accepts a view and shows it as intended."""
    text, _ = parse_html(view.text)  # raises where a tag is not closed or not known
    assert len(text.strip()) > 0
    assert len(text) <= MAX_TEXT // 4, "an answer to nonsense is short"
    assert clean_text(text) == text
    for button in (button for row in view.buttons for button in row):
        assert clean_text(button.label) == button.label
        assert len((button.data or "").encode()) <= MAX_DATA_BYTES


@pytest.mark.parametrize("name", HANDLERS)
@everything
async def test_odd_words_are_answered(database: Database, conversation: Conversation, name: str, typed: str) -> None:
    await publish(database, "Gold mine")
    check(await conversation.say(HANDLERS[name], clean_text(typed).strip()), typed)


@everything
async def test_odd_words_are_answered_in_any_chat(database: Database, conversation: Conversation, typed: str) -> None:
    await publish(database, "Gold mine")
    ctx = conversation.ctx()
    ctx.bot = InlineBot()  # type: ignore[assignment]
    answer = await inline.cards(ctx, typed[:256])
    assert clean_text(answer.label) == answer.label
    assert len(answer.label) <= 64
    for card in answer.cards:
        check(card.view, typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ('gold "open', "A quotation mark is not closed"),
        ("-gold", "Add at least one word"),
        ("🚆", "Please add a word"),
        ("!?", "Please add a word"),
        ("gold OR", "OR"),
    ],
)
async def test_a_refused_text_is_explained_and_not_stored(
    database: Database, conversation: Conversation, typed: str, reason: str
) -> None:
    assert reason in (await conversation.say(subscribe, typed)).text
    assert reason in (await conversation.say(show_news, typed)).text
    async with database.read() as connection:
        assert await topics.queries_after(connection, 0) == []


async def test_a_page_of_text_is_no_topic_but_can_be_searched(database: Database, conversation: Conversation) -> None:
    assert "Too long for a topic" in (await conversation.say(subscribe, "gold mine " * 400)).text
    assert (await conversation.say(show_news, "gold mine " * 400)).text.startswith("<b>News: gold mine gold")
    async with database.read() as connection:
        assert await topics.queries_after(connection, 0) == []


async def test_marks_and_emoji_around_a_word_do_not_matter(database: Database, conversation: Conversation) -> None:
    for typed in ("gold\u200f", "🚆 gold", "  GOLD\u200b "):
        await conversation.say(subscribe, typed)
    async with database.read() as connection:
        assert [query.text for query in await topics.queries_after(connection, 0)] == ["gold"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.one_of(st.sampled_from('"-|*:OR gold<>&\u202e\u200f'), st.characters(codec="utf-8")), max_size=300))
async def test_anything_is_answered(conversation: Conversation, typed: str) -> None:
    for handler in (show_news, search):
        check(await conversation.say(handler, clean_text(typed).strip()), typed)
