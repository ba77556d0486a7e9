import datetime as dt
import re

import pytest

from bot.domain.articles import Article
from bot.domain.snapshot import Snapshot
from bot.domain.topics import MAX_SUBSCRIPTIONS
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from bot.views.message import View
from handlers.topics import subscribe
from storage import articles, topics
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, RecordedContext, publish
from tests.stored import store_article

OLD = ["This button is out of date. Please send the command again."]


def headlines(view: View) -> list[str]:
    return re.findall(r">([^<]+)</a>", view.text)


def buttons(view: View) -> dict[str, str | None]:
    """The buttons of a view but for the numbers of a list."""
    return {button.label: button.data for row in view.buttons for button in row if not button.label[0].isdigit()}


async def press(conversation: Conversation, view: View, label: str) -> RecordedContext:
    return await conversation.press(buttons(view)[label])


async def in_place(conversation: Conversation, view: View, label: str) -> View:
    """Press a button and return the view that replaces the one with the button."""
    ctx = await press(conversation, view, label)
    assert ctx.edited == 1
    [shown] = ctx.views
    return shown


async def below(conversation: Conversation, view: View, label: str) -> View:
    """Press a button of an article and return the new message; the article stays."""
    ctx = await press(conversation, view, label)
    assert ctx.edited == 0
    [shown] = ctx.views
    return shown


async def opened(conversation: Conversation, article_id: int = 1) -> View:
    [view] = (await conversation.press(f"v1:news:one:{article_id}")).views
    return view


async def followed(conversation: Conversation) -> list[tuple[str, str]]:
    async with conversation.database.read() as connection:
        found = await topics.of_chat(connection, conversation.chat.id)
    return sorted((one.query.text, one.level) for one in found)


async def test_a_number_opens_the_article_in_a_message_of_its_own(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold mine opens", "Silver mine opens")
    await conversation.say(subscribe, "silver")
    listed = (await conversation.press("v1:news:all:0")).views[0]
    assert [(button.label, button.data) for button in listed.buttons[0]] == [
        ("1", "v1:news:one:1"),
        ("2", "v1:news:one:2"),
    ]
    ctx = await conversation.press("v1:news:one:2")
    [each] = ctx.views
    assert ctx.edited == 0
    assert headlines(each) == ["Silver mine opens"]
    assert "Your topics: silver" in each.text
    assert buttons(each)["🔖 Save"] == "r1:saved:set:2:1"


async def test_an_article_shows_the_words_that_match(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold & uranium found near Osh")
    for words in ("gold", "title:uran* -silver", "кыргыз* OR ош*"):
        await conversation.say(subscribe, words)
    await conversation.press("v1:topics:set:nuclear:1")
    [view] = (await conversation.press("v1:news:why:1")).views
    assert view.text == (
        '<b>Why you got this:</b> <a href="https://example.org/0">Gold &amp; uranium found near Osh</a>\n'
        "• gold: “gold” in the headline\n"
        "• title:uran* -silver: “uranium” in the headline\n"
        "• Nuclear &amp; uranium: “uranium” in the headline"
    )


async def test_an_article_of_topics_left_says_so(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold")
    [view] = (await conversation.press("v1:news:why:1")).views
    assert view.text.endswith("You no longer follow any of its topics.")


async def test_a_pruned_article_says_that_its_words_are_gone(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        await store_article(connection, "feed", Article("Mine opens", text="Gold.", published_at=NOW), NOW)
    await conversation.say(subscribe, "gold")
    async with database.write() as connection:
        await articles.prune(connection, NOW + dt.timedelta(days=1), 10)
    [view] = (await conversation.press("v1:news:why:1")).views
    assert view.text.endswith("• gold (the text is no longer stored)")


async def test_an_article_stays_whatever_is_pressed_under_it(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens", "Gold mine closes")
    await conversation.say(subscribe, "gold")
    await conversation.say(subscribe, "mine")
    each = await opened(conversation)
    assert list(buttons(each)) == ["Open", "🔖 Save", "↗ Share", "Why?", "Similar", "Unfollow"]
    for label in ("Why?", "Similar", "Unfollow"):
        await below(conversation, each, label)


async def test_saving_an_article_shows_in_its_button_and_a_second_press_undoes_it(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold mine opens")
    each = await opened(conversation)
    ctx = await press(conversation, each, "🔖 Save")
    assert (ctx.views, ctx.callback_answers) == ([], ["Saved. Your list: /saved"])
    [rows] = ctx.keyboards
    assert rows == (await opened(conversation)).buttons
    saved = View("", rows)
    assert list(buttons(saved)) == ["Open", "✓ Saved", "↗ Share", "Similar"]
    ctx = await press(conversation, saved, "✓ Saved")
    assert (ctx.keyboards, ctx.callback_answers) == ([each.buttons], ["Removed from your saved articles."])
    ctx = await press(conversation, saved, "✓ Saved")  # twice in a hurry
    assert ctx.keyboards == [each.buttons]


async def test_articles_like_one_are_listed_in_place(database: Database, conversation: Conversation) -> None:
    others = [f"Uranium mine {n} of Kazatomprom" for n in range(6)]
    await publish(database, "Kazatomprom opens a uranium mine", "Cotton harvest", *others, "Uranium price")
    first = await below(conversation, await opened(conversation), "Similar")
    assert first.text.startswith("<b>Similar to “Kazatomprom opens a uranium mine”</b>\n\n1. ")
    assert [button.label for button in first.buttons[1]] == ["1/2", "›"]
    second = await in_place(conversation, first, "›")
    assert [button.label for button in second.buttons[1]] == ["‹", "2/2"]
    assert sorted(headlines(first) + headlines(second)) == others


async def test_an_article_like_no_other_says_so(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold", "Silver")
    view = await below(conversation, await opened(conversation), "Similar")
    assert (headlines(view), buttons(view)) == ([], {})


@pytest.mark.parametrize("level", ["instant", "silent", "digest"])
async def test_the_one_topic_of_an_article_is_unfollowed_at_once_and_back_at_the_same_level(
    database: Database, conversation: Conversation, level: str
) -> None:
    await publish(database, "Gold mine opens")
    await conversation.say(subscribe, "gold")
    await conversation.say(subscribe, "rail")
    await conversation.press(f"v1:topics:level:1:{level}")
    gone = await below(conversation, await opened(conversation), "Unfollow")
    assert gone.text == "You no longer follow: <code>gold</code>"
    assert await followed(conversation) == [("rail", "instant")]
    again = await in_place(conversation, gone, "↩ Undo")
    assert again.text == "You follow: <code>gold</code>"
    assert await followed(conversation) == [("gold", level), ("rail", "instant")]


async def test_of_several_topics_one_is_chosen(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold & uranium")
    await conversation.say(subscribe, "gold")
    await conversation.press("v1:topics:set:nuclear:1")
    each = await opened(conversation)
    choice = await below(conversation, each, "Unfollow")
    assert list(buttons(choice)) == ["gold", "Nuclear & uranium", "📣 My topics"]
    gone = await in_place(conversation, choice, "Nuclear & uranium")
    assert gone.text == "You no longer follow: <b>Nuclear &amp; uranium</b>"
    assert await followed(conversation) == [("gold", "instant")]
    # The button of the old message: the topic is ended already.
    assert (await press(conversation, choice, "Nuclear & uranium")).callback_answers == OLD


async def test_unfollowing_twice_says_that_no_topic_is_left(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens")
    await conversation.say(subscribe, "gold")
    each = await opened(conversation)
    await below(conversation, each, "Unfollow")
    ctx = await press(conversation, each, "Unfollow")
    assert (ctx.views, ctx.callback_answers) == ([], ["You no longer follow any of its topics."])


async def test_an_undo_beyond_the_limit_is_refused(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens")
    await conversation.say(subscribe, "gold")
    gone = await below(conversation, await opened(conversation), "Unfollow")
    async with database.write() as connection:
        for n in range(MAX_SUBSCRIPTIONS):
            query = await topics.ensure_query(connection, f"word{n}")
            await topics.subscribe(connection, conversation.chat.id, 0, query.id, "digest", NOW)
    ctx = await press(conversation, gone, "↩ Undo")
    assert ctx.views == []
    assert ctx.callback_answers[0].startswith("You have reached the limit of 100 topics")


async def test_a_word_is_excluded_from_a_theme_and_the_exclusion_is_undone(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "The metro of Tashkent grows", "Railway opens")
    await conversation.press("v1:topics:set:transport:1")
    await conversation.press("v1:topics:level:1:silent")
    reasons = await below(conversation, await opened(conversation), "Why?")
    assert list(buttons(reasons)) == ["Not “metro”", "Unfollow: Transport", "🔇 Mute: feed"]
    narrowed = await in_place(conversation, reasons, "Not “metro”")
    assert narrowed.text == "<b>Transport (not: metro)</b>\nArticles with “metro” won't come any more."
    assert await followed(conversation) == [("topic:transport -metro", "silent")]
    # The theme stays chosen in the picker, and the article says nothing of the topic any more.
    [picker] = (await conversation.press("v1:topics:pick")).views
    assert buttons(picker)["✓ Transport"] == "v1:topics:set:transport:0"
    assert "Unfollow" not in buttons(await opened(conversation))
    assert "Unfollow" in buttons(await opened(conversation, 2))
    restored = await in_place(conversation, narrowed, "↩ Undo")
    assert restored.text.startswith("You follow: <b>Transport</b>\n")
    assert await followed(conversation) == [("topic:transport", "silent")]
    assert (await press(conversation, narrowed, "↩ Undo")).callback_answers == OLD


async def test_words_are_excluded_from_a_strict_topic_that_stays_strict(
    database: Database, conversation: Conversation
) -> None:
    async with database.write() as connection:
        article = Article("Metro line opens", url="https://example.org/1", published_at=NOW)
        await store_article(connection, "feed", article, NOW, {"transport": 3})
    await conversation.say(subscribe, "strict:transport")
    reasons = await below(conversation, await opened(conversation), "Why?")
    assert "• Transport, strictly: “transport” in the headline" in reasons.text
    narrowed = await in_place(conversation, reasons, "Not “transport”")
    assert narrowed.text.startswith("<b>Transport, strictly (not: transport)</b>\n")
    assert await followed(conversation) == [("strict:transport -transport", "instant")]
    restored = await in_place(conversation, narrowed, "↩ Undo")
    assert restored.text.startswith("You follow: <b>Transport, strictly</b>\n")


async def test_ones_own_words_and_a_country_cannot_be_excluded(database: Database, conversation: Conversation) -> None:
    await publish(database, "Tashkent metro extends its line")
    await conversation.say(subscribe, "metro OR tram")
    await conversation.say(subscribe, "Uzbekistan")
    reasons = await below(conversation, await opened(conversation), "Why?")
    assert list(buttons(reasons)) == ["Unfollow: metro OR tram", "Unfollow: Uzbekistan", "🔇 Mute: feed"]


async def test_an_article_says_where_else_its_event_stands_and_why_by_any_report(
    database: Database, conversation: Conversation
) -> None:
    first = Article("Gold Mine Opens at Kumtor", "A gold mine was opened at Kumtor.", url="https://www.one.example/1")
    second = Article(
        "Gold mine opened at Kumtor", "A gold mine was opened at Kumtor lake.", url="https://two.example/2"
    )
    await conversation.say(subscribe, "lake")
    for source, each in (("one", first), ("two", second)):
        await ingest(database, Matcher(), source, Snapshot("rss", articles=(each,)), NOW, filling=False)
    view = await opened(conversation)
    assert headlines(view) == [first.title, "two"]
    assert '\nAlso: <a href="https://two.example/2">two</a>\n' in view.text
    reasons = await below(conversation, view, "Why?")
    assert reasons.text.endswith("• lake: “lake” in the text")


@pytest.mark.parametrize(
    "data",
    [
        "v1:news:one:999",
        "v1:news:one:x",
        "v1:news:why:x",
        "v1:news:why:99",
        "v1:article:like:1:x",
        "v1:article:like:1:99",
        "v1:article:like:99:0",
        "v1:article:unfollow:x",
        "v1:article:unfollow:99",
        "v1:saved:set:99:1",
        "v1:saved:set:1:2",
        "v1:topics:again:99:instant",
        "v1:topics:again:1:loud",
        "v1:topics:without:99:metro",
        "v1:topics:restore:1:99",
        "v1:topics:restore:99:1",
    ],
)
async def test_a_forged_button_changes_nothing(database: Database, conversation: Conversation, data: str) -> None:
    await publish(database, "Gold")
    await conversation.say(subscribe, "gold")
    ctx = await conversation.press(data)
    assert (ctx.views, ctx.callback_answers) == ([], OLD)
    assert await followed(conversation) == [("gold", "instant")]
