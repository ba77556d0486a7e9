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
    """The buttons of a view but for the numbers that open its articles."""
    return {button.label: button.data for row in view.buttons for button in row if not button.label.isdigit()}


async def press(conversation: Conversation, view: View, label: str) -> RecordedContext:
    return await conversation.press(buttons(view)[label])


async def in_place(conversation: Conversation, view: View, label: str) -> View:
    """Press a button and return the view that replaces the one with the button."""
    ctx = await press(conversation, view, label)
    assert ctx.edited == 1
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
    assert "You follow: silver" in each.text
    assert buttons(each)["🔖 Save"] == "v1:saved:add:2"


async def test_an_article_shows_the_words_that_match(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold & uranium found near Osh")
    for words in ("gold", "title:uran* -silver", "кыргыз* OR ош*"):
        await conversation.say(subscribe, words)
    await conversation.press("v1:topics:toggle:nuclear")
    [view] = (await conversation.press("v1:news:why:1")).views
    assert view.text == (
        '<b>Why you got this:</b> <a href="https://example.org/0">Gold &amp; uranium found near Osh</a>\n'
        "• gold, because of “gold” in the headline\n"
        "• title:uran* -silver, because of “uranium” in the headline\n"
        "• Nuclear &amp; uranium, because of “uranium” in the headline"
    )


async def test_an_article_of_topics_left_says_so(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold")
    [view] = (await conversation.press("v1:news:why:1")).views
    assert view.text.endswith("You follow none of its topics any more.")


async def test_a_pruned_article_says_that_its_words_are_gone(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        await store_article(connection, "feed", Article("Mine opens", text="Gold.", published_at=NOW), NOW)
    await conversation.say(subscribe, "gold")
    async with database.write() as connection:
        await articles.prune(connection, NOW + dt.timedelta(days=1), 10)
    [view] = (await conversation.press("v1:news:why:1")).views
    assert view.text.endswith("• gold; the words that said it are no longer kept")


async def test_every_button_of_an_article_leads_back_to_it(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens", "Gold mine closes")
    await conversation.say(subscribe, "gold")
    await conversation.say(subscribe, "mine")
    each = await opened(conversation)
    assert list(buttons(each)) == ["Open", "🔖 Save", "Why?", "More like this", "🔇 Mute"]
    for label in ("Why?", "More like this", "🔇 Mute"):
        assert await in_place(conversation, await in_place(conversation, each, label), "‹ Story") == each


async def test_articles_like_one_are_listed_in_place(database: Database, conversation: Conversation) -> None:
    others = [f"Uranium mine {n} of Kazatomprom" for n in range(6)]
    await publish(database, "Kazatomprom opens a uranium mine", "Cotton harvest", *others, "Uranium price")
    each = await opened(conversation)
    first = await in_place(conversation, each, "More like this")
    assert first.text.startswith("<b>Like “Kazatomprom opens a uranium mine”</b>\n\n1. ")
    assert buttons(first) == {"›": "v1:article:like:1:1", "‹ Story": "v1:article:show:1"}
    second = await in_place(conversation, first, "›")
    assert sorted(headlines(first) + headlines(second)) == others


async def test_an_article_like_no_other_says_so(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold", "Silver")
    view = await in_place(conversation, await opened(conversation), "More like this")
    assert (headlines(view), list(buttons(view))) == ([], ["‹ Story"])


@pytest.mark.parametrize("level", ["instant", "silent", "digest"])
async def test_the_one_topic_of_an_article_is_muted_at_once_and_back_at_the_same_level(
    database: Database, conversation: Conversation, level: str
) -> None:
    await publish(database, "Gold mine opens")
    await conversation.say(subscribe, "gold")
    await conversation.say(subscribe, "rail")
    each = await opened(conversation)
    await conversation.press(f"v1:topics:level:1:{level}")
    muted = await in_place(conversation, each, "🔇 Mute")
    assert muted.text.endswith("\n🔇 Muted: gold")
    assert await followed(conversation) == [("rail", "instant")]
    again = await in_place(conversation, muted, "Undo")
    assert headlines(again) == ["Gold mine opens"]
    assert await followed(conversation) == [("gold", level), ("rail", "instant")]


async def test_of_several_topics_one_is_chosen(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold & uranium")
    await conversation.say(subscribe, "gold")
    await conversation.press("v1:topics:toggle:nuclear")
    choice = await in_place(conversation, await opened(conversation), "🔇 Mute")
    assert list(buttons(choice)) == ["gold", "Nuclear & uranium", "‹ Story", "My topics"]
    muted = await in_place(conversation, choice, "Nuclear & uranium")
    assert muted.text.endswith("🔇 Muted: Nuclear &amp; uranium")
    assert await followed(conversation) == [("gold", "instant")]
    each = await in_place(conversation, muted, "‹ Story")
    assert each.text.endswith("You follow: gold</i>")
    # The button of the old message: the topic is ended already.
    assert (await press(conversation, choice, "Nuclear & uranium")).callback_answers == OLD


async def test_muting_what_is_muted_already_shows_the_article_as_it_is(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold mine opens")
    await conversation.say(subscribe, "gold")
    each = await opened(conversation)
    await in_place(conversation, each, "🔇 Mute")
    assert "🔇 Mute" not in buttons(await in_place(conversation, each, "🔇 Mute"))


async def test_an_undo_beyond_the_limit_is_refused(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens")
    await conversation.say(subscribe, "gold")
    muted = await in_place(conversation, await opened(conversation), "🔇 Mute")
    async with database.write() as connection:
        for n in range(MAX_SUBSCRIPTIONS):
            query = await topics.ensure_query(connection, f"word{n}")
            await topics.subscribe(connection, conversation.chat.id, 0, query.id, "digest", NOW)
    ctx = await press(conversation, muted, "Undo")
    assert ctx.views == []
    assert ctx.callback_answers[0].startswith("You follow 100 topics already")


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
    assert headlines(view) == [first.title, "two.example"]
    assert '\nAlso at <a href="https://two.example/2">two.example</a>\n' in view.text
    reasons = await in_place(conversation, view, "Why?")
    assert reasons.text.endswith("• lake, because of “lake” in the text")


@pytest.mark.parametrize(
    "data",
    [
        "v1:news:one:999",
        "v1:news:one:x",
        "v1:news:why:x",
        "v1:news:why:99",
        "v1:article:show:99",
        "v1:article:like:1:x",
        "v1:article:like:1:99",
        "v1:article:like:99:0",
        "v1:article:mute:x",
        "v1:article:off:1:99",
        "v1:article:off:99:1",
        "v1:article:on:1:99:instant",
        "v1:article:on:1:1:loud",
        "v1:article:on:99:1:instant",
    ],
)
async def test_a_forged_button_changes_nothing(database: Database, conversation: Conversation, data: str) -> None:
    await publish(database, "Gold")
    await conversation.say(subscribe, "gold")
    ctx = await conversation.press(data)
    assert (ctx.views, ctx.callback_answers) == ([], OLD)
    assert await followed(conversation) == [("gold", "instant")]
