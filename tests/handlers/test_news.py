import re
from dataclasses import replace

import pytest

from bot.domain.articles import Article
from bot.domain.intents import Intent, IntentKind
from bot.ingest.matching import learn
from bot.views.message import View
from handlers.context import Context
from handlers.news import news_intent, show_news
from handlers.topics import subscribe
from storage import sources, topics
from storage.database import Database
from storage.sources import Description
from tests.handlers.conftest import NOW, Conversation, publish
from tests.stored import store_article

OLD = ["This button is out of date. Please send the command again."]


def headlines(view: View) -> list[str]:
    return re.findall(r">([^<]+)</a>", view.text)


def buttons(view: View) -> dict[str, str | None]:
    """The buttons of a list but for its numbers."""
    return {button.label: button.data for row in view.buttons for button in row if not button.label[0].isdigit()}


async def queries(database: Database) -> int:
    async with database.read() as connection:
        return len(await topics.queries_after(connection, 0))


async def test_the_newest_articles_come_in_pages(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Story {n}" for n in range(7)))
    first = await conversation.say(show_news)
    assert headlines(first) == [f"Story {n}" for n in range(5)]
    assert buttons(first) == {"›": "v1:news:all:1", "➕ Pick topics": "v1:topics:pick"}
    [second] = (await conversation.press("v1:news:all:1")).views
    assert headlines(second) == ["Story 5", "Story 6"]
    assert buttons(second) == {"‹": "v1:news:all:0", "➕ Pick topics": "v1:topics:pick"}


async def test_ones_own_topics_come_first(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens", "Silver mine opens")
    await conversation.say(subscribe, "silver")
    mine = await conversation.say(show_news)
    assert (headlines(mine), buttons(mine)) == (["Silver mine opens"], {"📰 All news": "v1:news:all:0"})
    [everything] = (await conversation.press(buttons(mine)["📰 All news"])).views
    assert headlines(everything) == ["Gold mine opens", "Silver mine opens"]
    assert buttons(everything) == {"📰 News on my topics": "v1:news:mine:0"}


async def test_words_are_searched_without_being_stored(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Gold mine {n}" for n in range(6)), "Gold price falls", "Silver")
    first = await conversation.say(show_news, "GOLD -price")
    assert first.text.startswith("<b>News: GOLD -price</b>\n\n1. ")
    assert headlines(first) == [f"Gold mine {n}" for n in range(5)]
    assert buttons(first) == {"›": "v1:news:words:GOLD -price:1", "📰 All news": "v1:news:all:0"}
    [second] = (await conversation.press("v1:news:words:GOLD -price:1")).views
    assert headlines(second) == ["Gold mine 5"]
    assert await queries(database) == 0


async def test_words_too_long_for_a_button_are_stored(database: Database, conversation: Conversation) -> None:
    await publish(database, *(f"Золотой рудник {n}" for n in range(6)))
    first = await conversation.say(show_news, "золотой OR серебряный OR медный рудник")
    async with database.read() as connection:
        [query] = await topics.queries_after(connection, 0)
    assert buttons(first) == {"›": f"v1:news:about:{query.id}:1", "📰 All news": "v1:news:all:0"}
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
    assert view.text.startswith("<b>News: Kazakhstan</b>")
    assert headlines(view) == ["Astana hosts talks"]


async def test_a_topic_is_known_by_its_field_and_its_bare_name_is_a_word(
    database: Database, conversation: Conversation
) -> None:
    async with database.write() as connection:
        for number, (title, topics) in enumerate({"Gas flows": {"energy": 2}, "Energy drinks": {}}.items()):
            article = Article(title, url=f"https://example.org/{number}", published_at=NOW)
            await store_article(connection, "feed", article, NOW, topics)
    view = await conversation.say(show_news, "topic:energy")
    assert view.text.startswith("<b>News: Energy</b>")
    assert headlines(view) == ["Gas flows"]
    assert headlines(await conversation.say(show_news, "strict:energy")) == []
    assert headlines(await conversation.say(show_news, "energy")) == ["Energy drinks"]


async def test_words_without_articles_get_a_kind_answer(conversation: Conversation) -> None:
    view = await conversation.say(show_news, "<gold>")
    assert view.text == "<b>News: &lt;gold&gt;</b>\nNo news yet."


async def test_words_that_cannot_be_understood_are_explained(conversation: Conversation) -> None:
    view = await conversation.say(show_news, "-gold")
    assert (
        view.text == "Add at least one word to look for, for example <code>gas -gold</code>.\nCharacter 1: <u>-gold</u>"
    )


async def test_the_end_of_the_newest_articles_about_words_leads_to_the_archive(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, "Gold mine opens")
    assert buttons(await conversation.say(show_news, "gold")) == {"🗄 Search the archive": "v1:search:at:0::::gold"}


async def test_an_exclusion_alone_is_explained_with_another_word(conversation: Conversation) -> None:
    assert "<code>oil -gas</code>" in (await conversation.say(show_news, "-gas")).text


async def test_words_too_long_for_a_topic_are_no_error(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold mine opens", "Silver mine opens")
    view = await conversation.say(show_news, "Gold mine, opens " * 20)
    assert headlines(view) == ["Gold mine opens"]


async def test_a_stored_query_with_a_curated_topic_is_named(database: Database, conversation: Conversation) -> None:
    await publish(database, "Tashkent buys gold", "Tashkent buys silver")
    view = await conversation.say(show_news, "topic:uzbekistan -silver")
    assert view.text.startswith("<b>News: Uzbekistan (not: silver)</b>")
    assert headlines(view) == ["Tashkent buys gold"]


@pytest.mark.parametrize(
    ("query", "found"), [("", 2), ("узбекистан", 1), ('tashkent "gold', 1), ("Gold", 1), ("tin", 0)]
)
async def test_a_sentence_that_asks_for_news_is_answered(
    database: Database, conversation: Conversation, query: str, found: int
) -> None:
    await publish(database, "Tashkent buys gold", "Astana hosts talks")

    async def ask(ctx: Context) -> None:
        await news_intent(ctx, Intent(IntentKind.NEWS, "news please", query=query))

    assert len(headlines(await conversation.say(ask))) == found


async def speaking(database: Database, **languages: str | None) -> None:
    """Describe sources with their languages, as read."""
    async with database.write() as connection:
        described = [Description(name, "u", name, 50, language) for name, language in languages.items()]
        await sources.describe(connection, described)
        for name in languages:
            await sources.save(connection, sources.SourceState(name, "u", last_ok_at=NOW))


async def publish_by(database: Database, *names: str) -> None:
    async with database.write() as connection:
        for name in names:
            await store_article(connection, name, Article(f"Gold of {name}", url=f"https://{name}.example/"), NOW)


async def test_lists_are_in_the_languages_of_the_reader(database: Database, conversation: Conversation) -> None:
    await speaking(database, herald="en", vesti="ru", xabar="uz")
    await publish_by(database, "herald", "vesti", "xabar", "unknown")
    assert sorted(headlines(await conversation.say(show_news))) == ["Gold of herald", "Gold of unknown"]
    assert sorted(headlines(await conversation.say(show_news, "gold"))) == ["Gold of herald", "Gold of unknown"]
    russian_once = await conversation.say(lambda ctx: news_intent(ctx, Intent(IntentKind.NEWS, language="ru")))
    assert sorted(headlines(russian_once)) == ["Gold of unknown", "Gold of vesti"]
    assert buttons(russian_once) == {"🌐 News languages": "v1:news:languages"}
    [view] = (await conversation.press("v1:news:languages")).views
    assert [(button.label, button.data) for row in view.buttons[:-1] for button in row] == [
        ("✓ English", "v1:news:language:en:0"),
        ("Русский", "v1:news:language:ru:1"),
        ("Oʻzbekcha", "v1:news:language:uz:1"),
    ]
    assert view.buttons[-1][0].data == "v1:settings:all"
    ctx = await conversation.press("v1:news:language:ru:1")
    assert [label for label in buttons(ctx.views[0]) if label.startswith("✓")] == ["✓ English", "✓ Русский"]
    assert ctx.chat.news_languages == ("en", "ru")
    both = replace(conversation, chat=ctx.chat)
    assert len(headlines(await both.say(show_news))) == 3
    ctx = await both.press("v1:news:language:en:0")
    assert ctx.chat.news_languages == ("ru",)
    russian = replace(conversation, chat=ctx.chat)
    assert sorted(headlines(await russian.say(show_news))) == ["Gold of unknown", "Gold of vesti"]
    ctx = await russian.press("v1:news:language:ru:0")
    assert ctx.callback_answers == ["At least one language is needed. Choose another one first."]
    ctx = await both.press("v1:news:language:ru:0")
    assert ctx.chat.news_languages == ()  # the language of the chat, whatever it becomes


async def test_a_reader_without_a_source_in_the_language_gets_all_news(
    database: Database, conversation: Conversation
) -> None:
    await speaking(database, vesti="ru", xabar="uz")
    await publish_by(database, "vesti", "xabar")
    assert len(headlines(await conversation.say(show_news))) == 2
    [view] = (await conversation.press("v1:news:languages")).views
    assert "No source writes in these languages now" in view.text


@pytest.mark.parametrize(
    "data",
    [
        "v1:news:language:xx:1",
        "v1:news:language:en:2",
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
