import re

import pytest

from bot.services import saved as service
from bot.views.message import View
from handlers.saved import show_saved
from storage import personal_data, saved
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, publish

OLD = ["This button is out of date. Please send the command again."]


def headlines(view: View) -> list[str]:
    return re.findall(r">([^<]+)</a>", view.text)


def buttons(view: View) -> dict[str, str | None]:
    return {button.label: button.data for row in view.buttons for button in row}


async def test_an_article_is_saved_once_and_taken_out_again(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold", "Silver")
    for id_ in (1, 1, 2):
        ctx = await conversation.press(f"v1:saved:set:{id_}:1")
        assert ctx.callback_answers == ["Saved. Your list: /saved"]
    view = await conversation.say(show_saved)
    assert view.text.startswith("<b>Saved articles: 2</b>")
    assert headlines(view) == ["Silver", "Gold"]
    ctx = await conversation.press(buttons(view)["✕ 1"])
    assert (headlines(ctx.views[0]), ctx.edited) == (["Gold"], 1)
    [empty] = (await conversation.press("v1:saved:drop:1:0")).views
    assert empty.text == "Nothing saved yet. Tap 🔖 under an article to save it."


async def test_the_list_comes_in_pages(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Gold {n}" for n in range(6)))
    for id_ in range(1, 7):
        await conversation.press(f"v1:saved:set:{id_}:1")
    first = await conversation.say(show_saved)
    assert headlines(first) == [f"Gold {n}" for n in range(5, 0, -1)]
    assert [[button.label for button in row] for row in first.buttons] == [
        ["1", "2", "3", "4", "5"],
        ["✕ 1", "✕ 2", "✕ 3", "✕ 4", "✕ 5"],
        ["1/2", "›"],
    ]
    [second] = (await conversation.press(buttons(first)["›"])).views
    assert headlines(second) == ["Gold 0"]
    [back] = (await conversation.press(buttons(second)["✕ 6"])).views
    assert headlines(back) == [f"Gold {n}" for n in range(5, 0, -1)]


async def test_a_full_list_says_so(
    database: Database, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_SAVED", 1)
    await publish(database, "Gold", "Silver")
    await conversation.press("v1:saved:set:1:1")
    ctx = await conversation.press("v1:saved:set:2:1")
    assert ctx.callback_answers == ["You have reached the limit of 1 saved articles. Remove some: /saved"]
    assert headlines(await conversation.say(show_saved)) == ["Gold"]


@pytest.mark.parametrize(
    "data",
    [
        "v1:saved:set:9:1",
        "v1:saved:set:9:0",
        "v1:saved:set:x:1",
        "v1:saved:drop:x:0",
        "v1:saved:drop:1:99",
        "v1:saved:list:-1",
    ],
)
async def test_a_forged_button_changes_nothing(conversation: Conversation, data: str) -> None:
    ctx = await conversation.press(data)
    assert (ctx.views, ctx.callback_answers) == ([], OLD)


async def test_saved_articles_are_handed_out_and_forgotten(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold")
    await conversation.press("v1:saved:set:1:1")
    async with database.write() as connection:
        everything = await personal_data.everything(connection, conversation.chat.id)
        assert everything["saved"] == [{"title": "Gold", "url": "https://example.org/0", "saved_at": str(NOW)}]
        await personal_data.forget(connection, conversation.chat.id)
        assert await saved.count(connection, conversation.chat.id) == 0
