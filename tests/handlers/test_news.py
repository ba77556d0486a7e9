import re

import pytest

from bot.ingest.matching import learn
from bot.views.message import View
from handlers.news import show_news
from handlers.topics import subscribe
from storage import topics
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, publish

OLD = ["This button is out of date. Please send the command again."]


def headlines(view: View) -> list[str]:
    return re.findall(r">([^<]+)</a>", view.text)


def buttons(view: View) -> dict[str, str | None]:
    """The buttons of a list but for the numbers that open its articles."""
    return {button.label: button.data for row in view.buttons for button in row if not button.label.isdigit()}


async def queries(database: Database) -> int:
    async with database.read() as connection:
        return len(await topics.queries_after(connection, 0))


async def test_the_newest_articles_come_in_pages(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Story {n}" for n in range(7)))
    first = await conversation.say(show_news)
    assert headlines(first) == [f"Story {n}" for n in range(5)]
    assert buttons(first) == {"›": "v1:news:all:1", "+ Pick topics": "v1:topics:pick"}
    [second] = (await conversation.press("v1:news:all:1")).views
    assert headlines(second) == ["Story 5", "Story 6"]
    assert buttons(second) == {"‹": "v1:news:all:0", "+ Pick topics": "v1:topics:pick"}


async def test_ones_own_topics_come_first(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens", "Silver mine opens")
    await conversation.say(subscribe, "silver")
    mine = await conversation.say(show_news)
    assert (headlines(mine), buttons(mine)) == (["Silver mine opens"], {"All news": "v1:news:all:0"})
    [everything] = (await conversation.press(buttons(mine)["All news"])).views
    assert headlines(everything) == ["Gold mine opens", "Silver mine opens"]
    assert buttons(everything) == {"My topics": "v1:news:mine:0"}


async def test_words_are_searched_without_being_stored(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Gold mine {n}" for n in range(6)), "Gold price falls", "Silver")
    first = await conversation.say(show_news, "GOLD -price")
    assert first.text.startswith("<b>News about gold -price</b>\n\n1. ")
    assert headlines(first) == [f"Gold mine {n}" for n in range(5)]
    assert buttons(first) == {"›": "v1:news:words:gold -price:1", "All news": "v1:news:all:0"}
    [second] = (await conversation.press("v1:news:words:gold -price:1")).views
    assert headlines(second) == ["Gold mine 5"]
    assert await queries(database) == 0


async def test_words_too_long_for_a_button_are_stored(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Золотой рудник {n}" for n in range(6)))
    first = await conversation.say(show_news, "золотой OR серебряный OR медный рудник")
    async with database.read() as connection:
        [query] = await topics.queries_after(connection, 0)
    assert buttons(first) == {"›": f"v1:news:about:{query.id}:1", "All news": "v1:news:all:0"}
    [second] = (await conversation.press(f"v1:news:about:{query.id}:1")).views
    assert headlines(second) == ["Золотой рудник 5"]


async def test_words_with_a_field_have_pages_too(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Gold mine {n}" for n in range(6)), "Silver mine")
    first = await conversation.say(show_news, "title:gold source:example")
    [second] = (await conversation.press(buttons(first)["›"])).views
    assert headlines(second) == ["Gold mine 5"]


async def test_a_country_is_known_by_name(database: Database, conversation: Conversation) -> None:
    await publish(database, "Astana hosts talks", "Tashkent hosts talks")
    view = await conversation.say(show_news, "казахстан")
    assert view.text.startswith("<b>News about Kazakhstan</b>")
    assert headlines(view) == ["Astana hosts talks"]


async def test_words_without_articles_get_a_kind_answer(conversation: Conversation) -> None:
    view = await conversation.say(show_news, "<gold>")
    assert view.text == "<b>News about gold</b>\nNo stories here yet. New ones come as they are published."


async def test_words_that_cannot_be_understood_are_explained(conversation: Conversation) -> None:
    view = await conversation.say(show_news, "-gold")
    assert (
        view.text
        == "Only exclusions: add a word that must be there, like <code>oil -gold</code>.\nCharacter 1: <u>-gold</u>"
    )


async def test_the_end_of_the_newest_articles_about_words_leads_to_the_archive(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold mine opens")
    assert buttons(await conversation.say(show_news, "gold")) == {"Search the archive": "v1:search:at:0::::gold"}


@pytest.mark.parametrize(
    "data",
    [
        "v1:news:all:-1",
        "v1:news:all:41",
        "v1:news:mine:٣",
        "v1:news:about:999:0",
        "v1:news:about:1:x",
        "v1:news:about:99999999999999999999:0",
        'v1:news:words:":0',
        "v1:news:words:gold:",
    ],
)
async def test_a_forged_button_changes_nothing(database: Database, conversation: Conversation, data: str) -> None:
    await learn(database, "gold", None, NOW)
    ctx = await conversation.press(data)
    assert (ctx.views, ctx.callback_answers) == ([], OLD)
