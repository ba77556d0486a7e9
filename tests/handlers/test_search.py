import datetime as dt
import re
from dataclasses import replace

import pytest

from bot.domain.articles import Article
from bot.domain.intents import Intent, IntentKind
from bot.views.message import View
from handlers.command import Handler
from handlers.context import Context
from handlers.search import BEST, search, search_intent
from storage import topics
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, publish
from tests.stored import store_article

HOUR = dt.timedelta(hours=1)
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
        '<tg-time unix="1765173600" format="t">11:00</tg-time> · feed\n'
        "ASTANA. The <b>gold</b> rose.\n\n<i>Tap a number for details.</i>"
    )
    assert buttons(view) == {"1": "v1:news:one:1", "📣 Follow": "v1:topics:hear:gold"}


async def test_pages_are_shown_in_place(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Gold {n}" for n in range(7)))
    first = await conversation.say(search, "gold since:2025-12 source:example")
    assert headlines(first) == [f"Gold {n}" for n in range(5)]
    assert "since 2025-12-01 · source: example" in first.text
    ctx = await conversation.press(buttons(first)["›"])
    [second] = ctx.views
    assert (headlines(second), ctx.edited) == (["Gold 5", "Gold 6"], 1)
    assert "since 2025-12-01 · source: example" in second.text
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
    [followed] = (await conversation.press(buttons(second)["📣 Follow"])).views
    assert followed.text.startswith("Now following:")


async def test_the_title_has_the_words_in_the_persons_own_spelling_and_order_on_every_page(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, *(f"Uranium export {n}" for n in range(6)))
    first = await conversation.say(search, "Uranium  export since:2025")
    assert first.text.startswith("<b>Search: Uranium export</b>\n")
    [second] = (await conversation.press(buttons(first)["›"])).views
    assert second.text.startswith("<b>Search: Uranium export</b>\n")
    assert [button.label for button in second.buttons[1]] == ["‹", "2/2"]


async def test_a_search_for_a_topic_has_pages_and_is_followed(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        for n in range(7):
            article = Article(f"Gold {n}", url=f"https://example.org/{n}", published_at=NOW - n * HOUR)
            await store_article(connection, "feed", article, NOW, {"energy": 2 + n % 2})
    first = await conversation.say(search, "topic:energy since:2025-12")
    assert first.text.startswith("<b>Search: topic:energy</b>\nsince 2025-12-01\n")
    assert headlines(first) == [f"Gold {n}" for n in range(5)]
    [second] = (await conversation.press(buttons(first)["›"])).views
    assert headlines(second) == ["Gold 5", "Gold 6"]
    assert "since 2025-12-01" in second.text
    [back] = (await conversation.press(buttons(second)["‹"])).views
    assert headlines(back) == headlines(first)
    [following] = (await conversation.press(buttons(second)["📣 Follow"])).views
    assert following.text.startswith("Now following: <b>Energy</b>\n")
    assert headlines(await conversation.say(search, "strict:energy gold")) == ["Gold 1", "Gold 3", "Gold 5"]
    assert headlines(await conversation.say(search, "тема:energy -gold")) == []


async def test_only_an_excluded_topic_is_explained(conversation: Conversation) -> None:
    view = await conversation.say(search, "-topic:sport")
    assert view.text.startswith("Add at least one word to look for")


async def test_words_with_a_topic_are_answered_with_the_best_articles(
    database: Database, conversation: Conversation
) -> None:
    async with database.write() as connection:
        for title, topics in {"Uranium mine": {"kazakhstan": 2}, "Uranium show": {}}.items():
            article = Article(title, url=f"https://example.org/{title}", published_at=NOW)
            await store_article(connection, "feed", article, NOW, topics)
    view = await conversation.say(asking("uranium country:kz"))
    assert [line.split(" ·")[0] for line in headlines(view)] == ["Uranium mine"]


def asking(query: str) -> Handler:
    async def ask(ctx: Context) -> None:
        await search_intent(ctx, Intent(IntentKind.SEARCH, query, query=query))

    return ask


async def test_other_words_are_answered_at_once_with_the_three_best_articles(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, *(f"Uranium {n}" for n in range(5)), "Gold")
    view = await conversation.say(asking("Uranium"))
    assert view.text.startswith("🔎 <b>Uranium</b>\nFound: 5\n1. <a ")
    assert headlines(view)[0] == "Uranium 0 · 11:00 · feed"
    assert len(headlines(view)) == BEST
    assert buttons(view) == {
        "📣 Follow “Uranium”": "r1:topics:hear:Uranium",
        "🗄 Search the archive": "r1:search:at:0::::Uranium",
    }
    [everything] = (await conversation.press(buttons(view)["🗄 Search the archive"])).views
    assert len(headlines(everything)) == 5
    assert [len(headlines(await conversation.say(asking(words)))) for words in ("urani", "gold", "URANIUM 3")] == [
        3,
        1,
        1,
    ]


async def test_a_word_begun_is_searched_and_followed_as_it_was_found(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, *(f"Cotton {n}" for n in range(4)))
    view = await conversation.say(asking("Cott"))
    assert view.text.startswith("🔎 <b>Cott*</b>\nFound: 4\n")
    [everything] = (await conversation.press(buttons(view)["🗄 Search the archive"])).views
    assert len(headlines(everything)) == 4
    assert buttons(view)["📣 Follow “Cott*”"] == "r1:topics:hear:Cott*"


async def test_words_of_no_article_get_four_ways_on(conversation: Conversation) -> None:
    for words in ("whatever", "🚆", "-gold", "x" * 4000, '"'):
        view = await conversation.say(asking(words))
        assert view.text.startswith("Nothing found about “")
        assert "/news" not in view.text
        assert list(buttons(view)) == ["💱 Rates", "🔁 Convert", "📰 News", "🔔 Alerts"]
    own = replace(conversation, chat=replace(conversation.chat, currencies=("RUB", "TJS")))
    assert buttons(await own.say(asking("whatever")))["🔁 Convert"] == "r1:convert:ask:100:RUB:TJS"


async def test_nothing_found_offers_to_follow(conversation: Conversation) -> None:
    view = await conversation.say(search, "gold")
    assert view.text.startswith("<b>Search: gold</b>\nNothing found.")
    [followed] = (await conversation.press(buttons(view)["📣 Follow"])).views
    assert "Now following: <code>gold</code>" in followed.text


async def test_nothing_found_within_filters_offers_to_search_everywhere(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold mine")
    view = await conversation.say(search, "gold until:2024")
    assert view.text.endswith("Or follow these words: I'll message you when there's news.")
    [everywhere] = (await conversation.press(buttons(view)["Search everywhere"])).views
    assert headlines(everywhere) == ["Gold mine"]


async def test_without_words_the_answer_explains_the_search(conversation: Conversation) -> None:
    assert "<code>/search uranium export</code>" in (await conversation.say(search)).text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("gold since:<b>", "I don't understand the date <code>&lt;b&gt;</code>."),
        ("gold source:%", "No such source: <code>%</code>."),
        ("-gold", "Add at least one word"),
        ("🚆", "Please add a word to search for"),
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
