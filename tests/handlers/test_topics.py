from dataclasses import replace

import pytest

from bot.domain.chats import Chat
from bot.domain.topics import MAX_SUBSCRIPTIONS
from bot.views.message import View
from handlers.topics import show_topics, subscribe, unsubscribe
from storage import chats, topics
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, publish

OLD = ["This button is out of date. Please send the command again."]


async def followed(conversation: Conversation) -> list[tuple[str, str]]:
    """The topics that the chat (or its thread) follows: topic or words, and level."""
    async with conversation.database.read() as connection:
        found = await topics.of_chat(connection, conversation.chat.id, conversation.thread_id)
    return [(one.query.topic or one.query.text, one.level) for one in found]


async def only_id(conversation: Conversation) -> int:
    async with conversation.database.read() as connection:
        [one] = await topics.of_chat(connection, conversation.chat.id)
    return one.id


def ticked(view: View) -> list[str]:
    return [button.label for row in view.buttons for button in row if button.label.startswith("✓")]


async def test_subscribing_shows_the_normal_form_and_two_recent_articles(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold up", "Golden eagle", "Gold down", "Gold again")
    view = await conversation.say(subscribe, "  GOLD   -silver gold")
    assert view.text == (
        "You will hear about <code>gold -silver</code>\nIn the last days:\n"
        '• <a href="https://example.org/0">Gold up</a>\n• <a href="https://example.org/2">Gold down</a>'
    )
    assert await followed(conversation) == [("gold -silver", "instant")]


async def test_subscribing_twice_keeps_the_level(conversation: Conversation) -> None:
    await conversation.say(subscribe, "gold")
    await conversation.press(f"v1:topics:level:{await only_id(conversation)}:digest")
    view = await conversation.say(subscribe, "Gold")
    assert view.text.startswith("You follow this already: <code>gold</code>")
    assert await followed(conversation) == [("gold", "digest")]


async def test_a_countrys_name_subscribes_the_country(conversation: Conversation) -> None:
    view = await conversation.say(subscribe, "Казахстан")
    assert view.text.startswith("You will hear about <b>Kazakhstan</b>: <code>")
    assert await followed(conversation) == [("kazakhstan", "instant")]


async def test_words_that_cannot_be_understood_store_nothing(conversation: Conversation) -> None:
    view = await conversation.say(subscribe, '"middle corridor')
    assert view.text.startswith("A quotation mark is not closed.")
    assert await followed(conversation) == []


async def test_no_words_lead_to_the_picker_which_starts_and_ends_topics(conversation: Conversation) -> None:
    assert ticked(await conversation.say(subscribe)) == []
    [view] = (await conversation.press("v1:topics:toggle:water")).views
    assert (ticked(view), await followed(conversation)) == (["✓ Water"], [("water", "instant")])
    [view] = (await conversation.press("v1:topics:toggle:water")).views
    assert (ticked(view), await followed(conversation)) == ([], [])


async def test_a_chat_cannot_have_more_topics_than_the_limit(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        for n in range(MAX_SUBSCRIPTIONS):
            query = await topics.ensure_query(connection, f"word{n}")
            await topics.subscribe(connection, conversation.chat.id, 0, query.id, "instant", NOW)
    view = await conversation.say(subscribe, "gold")
    assert view.text == "You follow 100 topics already, which is the most. End one first: /topics"
    assert (await conversation.say(subscribe, "word5")).text.startswith("You follow this already")
    ctx = await conversation.press("v1:topics:toggle:water")
    assert ctx.callback_answers == ["You follow 100 topics already, which is the most. End one first: /topics"]
    assert len(await followed(conversation)) == MAX_SUBSCRIPTIONS
    [page] = (await conversation.press("v1:topics:list:4")).views
    assert page.buttons[0][0].label == "🔔 word80"


async def test_a_topic_is_ended_by_words_by_name_or_by_button(conversation: Conversation) -> None:
    await conversation.say(subscribe, "gold mine")
    assert (await conversation.say(unsubscribe, "MINE gold")).text == "Ended: gold mine"
    await conversation.press("v1:topics:toggle:nuclear")
    assert (await conversation.say(unsubscribe, "Атом и уран")).text == "Ended: Nuclear &amp; uranium"
    await conversation.say(subscribe, "silver")
    ctx = await conversation.press(f"v1:topics:end:{await only_id(conversation)}")
    assert (ctx.callback_answers, ctx.views) == (["Ended: silver"], [await conversation.say(show_topics)])
    assert await followed(conversation) == []


async def test_ending_a_topic_that_is_not_followed_says_so(conversation: Conversation) -> None:
    assert (await conversation.say(unsubscribe, "<gold>")).text == (
        "You do not follow “&lt;gold&gt;”. Your topics: /topics"
    )
    assert (await conversation.say(unsubscribe)).text.startswith("You follow no topics yet.")


@pytest.mark.parametrize(("action", "edited"), [("open", 0), ("list:0", 1)])
async def test_the_list_opened_from_an_article_does_not_replace_it(
    conversation: Conversation, action: str, edited: int
) -> None:
    await conversation.say(subscribe, "gold")
    ctx = await conversation.press(f"v1:topics:{action}")
    assert (ctx.views, ctx.edited) == ([await conversation.say(show_topics)], edited)


async def test_a_thread_follows_for_itself(conversation: Conversation) -> None:
    await conversation.say(subscribe, "gold")
    thread = replace(conversation, thread_id=5)
    await thread.say(subscribe, "silver")
    assert (await followed(conversation), await followed(thread)) == ([("gold", "instant")], [("silver", "instant")])


@pytest.mark.parametrize(
    "data",
    [
        "v1:topics:one:999",
        "v1:topics:one:x",
        "v1:topics:end:999",
        "v1:topics:level:{id}:loud",
        "v1:topics:level:999:silent",
        "v1:topics:toggle:gold",
        "v1:topics:list:5",
        "v1:topics:list:-1",
    ],
)
async def test_a_forged_button_changes_nothing(conversation: Conversation, data: str) -> None:
    await conversation.say(subscribe, "gold")
    ctx = await conversation.press(data.format(id=await only_id(conversation)))
    assert (ctx.views, ctx.callback_answers) == ([], OLD)
    assert await followed(conversation) == [("gold", "instant")]


async def test_nobody_ends_the_topic_of_another_chat(database: Database, conversation: Conversation) -> None:
    await conversation.say(subscribe, "gold")
    async with database.write() as connection:
        other = Conversation(database, await chats.ensure(connection, Chat(2, "private", "en", "Asia/Almaty"), NOW))
    ctx = await other.press(f"v1:topics:end:{await only_id(conversation)}")
    assert ctx.callback_answers == OLD
    assert await followed(conversation) == [("gold", "instant")]
