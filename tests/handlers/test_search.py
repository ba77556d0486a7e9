import re

import pytest

from bot.domain.articles import Article
from bot.views.message import View
from handlers.search import search
from storage import topics
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, publish
from tests.stored import store_article

OLD = ["This button is out of date. Please send the command again."]


def headlines(view: View) -> list[str]:
    return [re.sub("<.*?>", "", line) for line in re.findall(r"\d\. (.*)", view.text)]


def buttons(view: View) -> dict[str, str | None]:
    return {button.label: button.data for row in view.buttons for button in row}


async def test_a_search_shows_the_words_where_they_stand_with_date_and_source(
    database: Database, conversation: Conversation
) -> None:
    article = Article("Gold & <silver>", "ASTANA. The gold rose.", url="https://www.example.org/1", published_at=NOW)
    async with database.write() as connection:
        await store_article(connection, "feed", article, NOW)
    view = await conversation.say(search, "gold")
    assert view.text == (
        "<b>Search: gold</b>\n\n"
        '1. <a href="https://www.example.org/1"><b>Gold</b> &amp; &lt;silver&gt;</a>\n'
        '<tg-time unix="1765173600" format="D">8 Dec 11:00</tg-time> · example.org\n'
        "ASTANA. The <b>gold</b> rose."
    )
    assert buttons(view) == {"1": "v1:news:one:1", "🔔 Hear of it": "v1:topics:hear:gold"}


async def test_pages_are_shown_in_place(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Gold {n}" for n in range(7)))
    first = await conversation.say(search, "gold since:2025-12 source:example")
    assert headlines(first) == [f"Gold {n}" for n in range(5)]
    assert "since 2025-12-01 · source example" in first.text
    ctx = await conversation.press(buttons(first)["›"])
    [second] = ctx.views
    assert (headlines(second), ctx.edited) == (["Gold 5", "Gold 6"], 1)
    assert "since 2025-12-01 · source example" in second.text
    assert buttons(second)["‹"] == "v1:search:at:0:20251201::example:gold"
    assert "›" not in buttons(second)


async def test_days_are_those_of_the_chat(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Gold {n}" for n in range(20)))  # an hour apart, down from 11:00 in Almaty
    assert "Gold 15" not in (await conversation.say(search, "gold until:2025-12-06")).text
    assert headlines(await conversation.say(search, "gold until:2025-12-07")) == [f"Gold {n}" for n in range(12, 17)]


async def test_words_too_long_for_a_button_are_stored(database: Database, conversation: Conversation) -> None:
    words = "золотой рудник OR серебряный рудник OR медный рудник"
    await publish(database, *(f"Золотой рудник {n}" for n in range(6)))
    first = await conversation.say(search, words)
    async with database.read() as connection:
        [query] = await topics.queries_after(connection, 0)
    assert buttons(first)["›"] == f"v1:search:at:1::::#{query.id}"
    [second] = (await conversation.press(buttons(first)["›"])).views
    assert headlines(second) == ["Золотой рудник 5"]
    [followed] = (await conversation.press(buttons(second)["🔔 Hear of it"])).views
    assert followed.text.startswith("You will hear about")


async def test_nothing_found_offers_to_follow(conversation: Conversation) -> None:
    view = await conversation.say(search, "gold")
    assert view.text.startswith("<b>Search: gold</b>\nNothing in the archive says all of this.")
    [followed] = (await conversation.press(buttons(view)["🔔 Hear of it"])).views
    assert "You will hear about <code>gold</code>" in followed.text


async def test_nothing_found_within_filters_offers_to_search_everywhere(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold mine")
    view = await conversation.say(search, "gold until:2024")
    assert view.text.endswith("Look everywhere, or hear of it when it comes.")
    [everywhere] = (await conversation.press(buttons(view)["Look everywhere"])).views
    assert headlines(everywhere) == ["Gold mine"]


async def test_without_words_the_answer_explains_the_search(conversation: Conversation) -> None:
    assert "<code>/search uranium export</code>" in (await conversation.say(search)).text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("gold since:<b>", "I do not know the date <code>&lt;b&gt;</code>."),
        ("gold source:%", "<code>%</code> is not a source."),
        ("-gold", "Only exclusions"),
        ("🚆", "I see no word to look for."),
    ],
)
async def test_a_wrong_search_is_kindly_explained(conversation: Conversation, typed: str, answer: str) -> None:
    assert answer in (await conversation.say(search, typed)).text


@pytest.mark.parametrize(
    "typed", ['"', 'gold"', "*", "gold*", "NEAR(a b)", "\u202egold", "x" * 4000, "gold " * 800, "'\\"]
)
async def test_anything_typed_is_answered(conversation: Conversation, typed: str) -> None:
    assert (await conversation.say(search, typed)).text


@pytest.mark.parametrize(
    "data",
    [
        "v1:search:at:41::::gold",
        "v1:search:at:-1::::gold",
        "v1:search:at:٣::::gold",
        "v1:search:at:0:2025:::gold",
        "v1:search:at:0:20259999:::gold",
        "v1:search:at:0:::%:gold",
        "v1:search:at:0::::",
        "v1:search:at:0::::-gold",
        "v1:search:at:0::::#999",
        "v1:search:at:0::::#x",
        "v1:search:at:0::::#99999999999999999999",
    ],
)
async def test_a_forged_button_changes_nothing(conversation: Conversation, data: str) -> None:
    ctx = await conversation.press(data)
    assert (ctx.views, ctx.callback_answers) == ([], OLD)


async def test_a_forged_key_to_follow_changes_nothing(database: Database, conversation: Conversation) -> None:
    ctx = await conversation.press("v1:topics:hear:#7")
    assert (ctx.views, ctx.callback_answers) == ([], OLD)
