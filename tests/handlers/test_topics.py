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


async def test_subscribing_shows_the_words_as_typed_and_two_recent_articles(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold up", "Golden eagle", "Gold down", "Gold again")
    view = await conversation.say(subscribe, "  GOLD   -silver gold")
    assert view.text == (
        "Now following: <code>GOLD -silver gold</code>\nRecent articles:\n"
        '• <a href="https://example.org/0">Gold up</a> · feed\n'
        '• <a href="https://example.org/2">Gold down</a> · feed'
    )
    assert await followed(conversation) == [("gold -silver", "instant")]


async def test_subscribing_twice_keeps_the_level(conversation: Conversation) -> None:
    await conversation.say(subscribe, "gold")
    await conversation.press(f"v1:topics:level:{await only_id(conversation)}:digest")
    view = await conversation.say(subscribe, "Gold")
    assert view.text.startswith("You already follow: <code>gold</code>")
    assert await followed(conversation) == [("gold", "digest")]


async def test_a_countrys_name_subscribes_the_country(conversation: Conversation) -> None:
    view = await conversation.say(subscribe, "Казахстан")
    assert view.text.startswith("Now following: <b>Kazakhstan</b>\n")
    assert await followed(conversation) == [("kazakhstan", "instant")]


async def test_words_that_cannot_be_understood_store_nothing(conversation: Conversation) -> None:
    view = await conversation.say(subscribe, '"middle corridor')
    assert view.text.startswith("A quotation mark is not closed.")
    assert await followed(conversation) == []


async def test_no_words_lead_to_the_picker_which_starts_and_ends_topics(conversation: Conversation) -> None:
    assert ticked(await conversation.say(subscribe)) == []
    for _ in range(2):  # a double tap is harmless: the button holds the wanted state
        [view] = (await conversation.press("v1:topics:set:water:1")).views
        assert (ticked(view), await followed(conversation)) == (["✓ Water"], [("water", "instant")])
        assert view.text.startswith("<b>Topics chosen: 1, saved</b>\nI'll message you about new articles right away.")
    for _ in range(2):
        [view] = (await conversation.press("v1:topics:set:water:0")).views
        assert (ticked(view), await followed(conversation)) == ([], [])


async def test_the_picker_switches_to_the_digest_and_back(conversation: Conversation) -> None:
    await conversation.press("v1:topics:set:water:1")
    ctx = await conversation.press("v1:topics:delivery:digest")
    assert ctx.chat.digest_times == (8 * 60,)
    assert ctx.views[0].text.endswith("\nNews comes in the digest, every day at 08:00.")
    assert await followed(conversation) == [("water", "digest")]
    daily = replace(conversation, chat=ctx.chat)
    await daily.press("v1:topics:set:energy:1")  # a new one comes like the others
    assert await followed(daily) == [("water", "digest"), ("energy", "digest")]
    ctx = await daily.press("v1:topics:delivery:instant")
    assert (ctx.chat.digest_times, await followed(daily)) == ((8 * 60,), [("water", "instant"), ("energy", "instant")])


async def test_words_within_a_followed_theme_are_said_to_be(conversation: Conversation) -> None:
    assert "in your topic" not in (await conversation.say(subscribe, "uranium")).text
    await conversation.press("v1:topics:set:nuclear:1")
    within = "Most of these articles are in your topic “Nuclear &amp; uranium” too. Each comes once."
    assert within in (await conversation.say(subscribe, "uranium export")).text
    assert within not in (await conversation.say(subscribe, "uranium")).text  # followed before
    for other in ("export", "uranium OR export", "talk energy"):
        assert within not in (await conversation.say(subscribe, other)).text


async def test_words_are_listed_in_the_order_in_which_they_were_typed(conversation: Conversation) -> None:
    await conversation.say(subscribe, "Uranium export")
    assert (await conversation.say(show_topics)).buttons[0][0].label == "🔔 Uranium export"
    await conversation.say(subscribe, "topic:energy -gas")
    assert (await conversation.say(show_topics)).buttons[0][1].label == "🔔 Energy (not: gas)"


async def card(conversation: Conversation) -> View:
    """Open the card of the chat's only topic."""
    [view] = (await conversation.press(f"v1:topics:one:{await only_id(conversation)}")).views
    return view


async def pressed(conversation: Conversation, view: View, label: str) -> View:
    """Press a button of a view and return the view that takes its place."""
    [data] = [button.data for row in view.buttons for button in row if button.label == label]
    ctx = await conversation.press(data)
    assert ctx.edited == 1
    return ctx.views[0]


async def test_a_topic_is_made_strict_and_wide_again_at_the_same_level(conversation: Conversation) -> None:
    await conversation.press("v1:topics:set:energy:1")
    await conversation.press(f"v1:topics:level:{await only_id(conversation)}:silent")
    wide = await card(conversation)
    assert ticked(wide) == ["✓ 🔕 No sound", "✓ Wide"]
    strict = await pressed(conversation, wide, "Strict")
    assert strict.text.startswith("You follow: <b>Energy, strictly</b>\n")
    assert ticked(strict) == ["✓ 🔕 No sound", "✓ Strict"]
    assert await followed(conversation) == [("strict:energy", "silent")]
    assert await pressed(conversation, wide, "Strict") == strict  # pressed twice in a hurry
    assert await followed(conversation) == [("strict:energy", "silent")]
    wide_again = await pressed(conversation, strict, "Wide")
    assert wide_again.text == wide.text
    assert await followed(conversation) == [("energy", "silent")]


async def test_a_topic_made_strict_keeps_its_place_and_becomes_one_with_a_strict_one(
    conversation: Conversation,
) -> None:
    for words in ("gold", "topic:energy", "silver"):
        await conversation.say(subscribe, words)
    await conversation.press("v1:topics:width:2:1")
    assert await followed(conversation) == [("gold", "instant"), ("strict:energy", "instant"), ("silver", "instant")]
    await conversation.say(subscribe, "topic:energy")
    await conversation.press("v1:topics:level:4:digest")
    [view] = (await conversation.press("v1:topics:width:4:1")).views
    assert view.text.startswith("You follow: <b>Energy, strictly</b>\n")
    assert await followed(conversation) == [("gold", "instant"), ("strict:energy", "digest"), ("silver", "instant")]


async def test_a_strict_topic_keeps_its_exclusions_and_stays_chosen_in_the_picker(conversation: Conversation) -> None:
    await conversation.say(subscribe, "topic:transport -metro")
    strict = await pressed(conversation, await card(conversation), "Strict")
    assert strict.text.startswith("You follow: <b>Transport, strictly (not: metro)</b>")
    assert (await conversation.say(show_topics)).buttons[0][0].label == "🔔 Transport…"
    [picker] = (await conversation.press("v1:topics:pick")).views
    assert ticked(picker) == ["✓ Transport"]
    await conversation.press("v1:topics:set:transport:1")  # of an older picker: it is followed already
    assert await followed(conversation) == [("strict:transport -metro", "instant")]
    await conversation.press("v1:topics:set:transport:0")
    assert await followed(conversation) == []


async def test_a_strict_topic_is_unfollowed_and_back_strictly(conversation: Conversation) -> None:
    view = await conversation.say(subscribe, "strict:energy")
    assert view.text.startswith("Now following: <b>Energy, strictly</b>\n")
    gone = await pressed(conversation, view, "Unfollow")
    assert gone.text == "You no longer follow: <b>Energy, strictly</b>"
    again = await pressed(conversation, gone, "↩ Undo")
    assert again.text.startswith("You follow: <b>Energy, strictly</b>\n")
    assert await followed(conversation) == [("strict:energy", "instant")]
    assert (await conversation.say(unsubscribe, "energy")).text == gone.text
    await conversation.say(subscribe, "строго:energy")
    assert (await conversation.say(unsubscribe, "strict:energy")).text == gone.text
    assert await followed(conversation) == []


async def test_a_topic_is_named_strict_in_russian_too(conversation: Conversation) -> None:
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    view = await russian.say(subscribe, "строго:казахстан")
    assert view.text.startswith("Вы подписались: <b>Казахстан, строго</b>\n")
    assert (await russian.say(show_topics)).buttons[0][0].label == "🔔 Казахстан, строго"


async def test_words_have_no_width_and_a_name_of_no_topic_is_explained(conversation: Conversation) -> None:
    await conversation.say(subscribe, "gold")
    ctx = await conversation.press(f"v1:topics:width:{await only_id(conversation)}:1")
    assert (ctx.views, ctx.callback_answers) == ([], OLD)
    view = await conversation.say(subscribe, "strict:gossip")
    assert view.text.startswith("Unknown topic <code>gossip</code>. ")
    assert await followed(conversation) == [("gold", "instant")]


async def test_a_chat_cannot_have_more_topics_than_the_limit(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        for n in range(MAX_SUBSCRIPTIONS):
            query = await topics.ensure_query(connection, f"word{n}")
            await topics.subscribe(connection, conversation.chat.id, 0, query.id, "instant", NOW)
    view = await conversation.say(subscribe, "gold")
    assert view.text == "You have reached the limit of 100 topics. Unfollow one first: /topics"
    assert (await conversation.say(subscribe, "word5")).text.startswith("You already follow")
    ctx = await conversation.press("v1:topics:set:water:1")
    assert ctx.callback_answers == ["You have reached the limit of 100 topics. Unfollow one first: /topics"]
    assert len(await followed(conversation)) == MAX_SUBSCRIPTIONS
    ended = await conversation.say(unsubscribe, "word5")
    for _ in range(2):  # pressed twice
        again = await conversation.press(ended.buttons[0][0].data)
        assert again.callback_answers == []
    assert len(await followed(conversation)) == MAX_SUBSCRIPTIONS
    ended = await conversation.say(unsubscribe, "word6")
    await conversation.say(subscribe, "gold")
    ctx = await conversation.press(ended.buttons[0][0].data)
    assert ctx.callback_answers == ["You have reached the limit of 100 topics. Unfollow one first: /topics"]
    assert len(await followed(conversation)) == MAX_SUBSCRIPTIONS
    [page] = (await conversation.press("v1:topics:list:4")).views
    assert page.buttons[0][0].label == "🔔 word82"


async def test_a_topic_is_ended_by_words_by_name_or_by_button(conversation: Conversation) -> None:
    await conversation.say(subscribe, "gold mine")
    assert (await conversation.say(unsubscribe, "MINE gold")).text == "You no longer follow: <code>gold mine</code>"
    await conversation.press("v1:topics:set:nuclear:1")
    await conversation.say(subscribe, "рудник")
    assert (await conversation.say(unsubscribe, "рудников")).text == "You no longer follow: <code>рудник</code>"
    ended = await conversation.say(unsubscribe, "Атом и уран")
    assert ended.text == "You no longer follow: <b>Nuclear &amp; uranium</b>"
    await conversation.press(ended.buttons[0][0].data)
    assert await followed(conversation) == [("nuclear", "instant")]
    await conversation.press("v1:topics:set:nuclear:0")
    await conversation.say(subscribe, "silver")
    ctx = await conversation.press(f"v1:topics:end:{await only_id(conversation)}")
    assert [view.text for view in ctx.views] == ["You no longer follow: <code>silver</code>"]
    assert await followed(conversation) == []


async def test_ending_a_topic_that_is_not_followed_says_so(conversation: Conversation) -> None:
    assert (await conversation.say(unsubscribe, "<gold>")).text == (
        "You don't follow “&lt;gold&gt;”. Your topics: /topics"
    )
    assert (await conversation.say(unsubscribe)).text.startswith("You don't follow any topics yet.")


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
        "v1:topics:width:999:1",
        "v1:topics:width:{id}:2",
        "v1:topics:width:x:1",
        "v1:topics:set:gold:1",
        "v1:topics:set:water:2",
        "v1:topics:delivery:silent",
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
