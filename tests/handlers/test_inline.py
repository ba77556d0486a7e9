import datetime as dt
from dataclasses import replace

import pytest
from telegram import InlineQuery, InlineQueryResultCachedPhoto, User
from telegram.error import BadRequest

from bot.domain.articles import Article
from bot.domain.links import key_of, query_in, to_article, to_share
from bot.i18n import Translator
from bot.views.inline import Answer
from bot.views.message import View
from handlers import alert_builder, inline, topics
from handlers.alerts import create
from handlers.charts import show_chart
from handlers.inline import ARTICLES, NEWEST, cards
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, RecordedContext, print_rates, publish
from tests.handlers.talk import InlineBot
from tests.stored import store_article


@pytest.fixture
def ctx(conversation: Conversation) -> RecordedContext:
    ctx = conversation.ctx()
    ctx.bot = InlineBot()  # type: ignore[assignment]
    return ctx


@pytest.fixture
async def filled(database: Database) -> None:
    await print_rates(database, "nbk", NOW.date(), USDKZT="515.46", KZTKGS="0.1697")
    await publish(database, "Uranium by rail", "Kazakhstan sells uranium", "Cotton harvest ends")


def titles(answer: Answer) -> list[str]:
    return [card.title for card in answer.cards]


async def draw(conversation: Conversation) -> View:
    """Draw a chart for the person, which Telegram keeps, and return its caption."""
    ctx = conversation.ctx("kzt")
    ctx.services.drawer = PngDrawer()  # type: ignore[assignment]
    await show_chart(ctx)
    return ctx.views[0]


class PngDrawer:
    """Draws nothing."""

    async def draw(self, _picture: object) -> bytes:
        return b"png"


def links_of(answer: Answer, place: int = 0) -> list[str | None]:
    return [button.url for row in answer.cards[place].view.buttons for button in row]


@pytest.mark.usefixtures("filled")
async def test_words_find_articles_to_share_and_to_follow(ctx: RecordedContext) -> None:
    answer = await cards(ctx, "uranium")
    assert titles(answer) == ["Uranium by rail", "Kazakhstan sells uranium"]
    assert answer.label == "📣 Follow: uranium"
    assert query_in(answer.parameter.removeprefix("sub_")) == "uranium"
    assert links_of(answer) == ["https://example.org/0", f"https://t.me/JarchiBot?start={answer.parameter}"]
    assert answer.cards[0].line == "11:00 · feed"
    assert '<a href="https://example.org/0">Uranium by rail</a>' in answer.cards[0].view.text
    assert answer.cards[0].view.preview_url == "https://example.org/0"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("typed", "followed"), [("Uranium by rail", "Uranium by rail"), ('uranium "rail', "rail uranium")]
)
async def test_the_words_to_follow_keep_their_order_if_a_topic_reads_them_so(
    ctx: RecordedContext, typed: str, followed: str
) -> None:
    answer = await cards(ctx, typed)
    assert titles(answer) == ["Uranium by rail"]
    assert query_in(answer.parameter.removeprefix("sub_")) == followed


@pytest.mark.usefixtures("filled")
async def test_the_query_of_a_share_button_finds_that_article_alone(ctx: RecordedContext) -> None:
    assert titles(await cards(ctx, to_article(2))) == ["Kazakhstan sells uranium"]
    for other in ("#99", "#x", f"#{10**30}", "#³"):
        assert titles(await cards(ctx, other)) == []


@pytest.mark.usefixtures("filled")
async def test_a_word_begun_finds_what_begins_so(ctx: RecordedContext) -> None:
    answer = await cards(ctx, "cott")
    assert titles(answer) == ["Cotton harvest ends"]
    assert answer.label == "📣 Follow: cott*"
    assert titles(await cards(ctx, "co")) == []


@pytest.mark.usefixtures("filled")
async def test_a_currency_is_a_card_and_an_alert(ctx: RecordedContext) -> None:
    answer = await cards(ctx, "kzt")
    assert titles(answer) == ["🇰🇿 $1 = 515.46\u00a0₸"]
    assert answer.cards[0].line.startswith("US dollar → Kazakh tenge · $1 = 515.46\u00a0₸ · 1,000\u00a0₸ = $1.94")
    assert (answer.label, answer.parameter) == ("🔔 Alert: USD/KZT", "alert_KZT")
    assert links_of(answer) == ["https://t.me/JarchiBot?start=alert_KZT"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("typed", "title", "alert"),
    [
        ("usd kzt", "🇰🇿 $1 = 515.46\u00a0₸", "KZT"),
        ("kgs kzt", "🇰🇬🇰🇿 1\u00a0som = 5.893\u00a0₸", "KGS_KZT"),
        ("usd", "🇺🇸 1 USD", "KZT"),
        ("100 usd kzt", "100 USD = 51,546 KZT", "KZT"),
        ("100$ в тенге", "100 USD = 51,546 KZT", "KZT"),
        ("5000 kzt", "🇰🇿 5,000 KZT", "KZT"),
        ("5000 kzt kgs", "5,000 KZT = 848.5 KGS", "KZT_KGS"),
        ("5000 тнеге в сомах", "5,000 KZT = 848.5 KGS", "KZT_KGS"),
        ("сколько стоит тенге", "🇰🇿 $1 = 515.46\u00a0₸", "KZT"),
    ],
)
async def test_any_pair_and_amount_is_a_card_with_an_alert_on_that_pair(
    ctx: RecordedContext, typed: str, title: str, alert: str
) -> None:
    answer = await cards(ctx, typed)
    assert titles(answer) == [title]
    assert answer.parameter == f"alert_{alert}"
    assert links_of(answer) == [f"https://t.me/JarchiBot?start=alert_{alert}"]


@pytest.mark.usefixtures("filled")
async def test_a_shared_card_says_when_the_rate_was_checked_and_stays_true(ctx: RecordedContext) -> None:
    for typed in ("kzt", "100 usd kzt", ""):
        text = (await cards(ctx, typed)).cards[0].view.text
        assert "Checked: <tg-time" in text
        assert " ago" not in text


@pytest.mark.usefixtures("filled")
async def test_nothing_typed_yet_shows_todays_rates_and_the_newest(ctx: RecordedContext) -> None:
    answer = await cards(ctx, "  ")
    assert titles(answer)[:2] == ["$1 today", "Uranium by rail"]
    assert answer.cards[0].line == "KZT 515.46 · KGS 87.47 · TMT 3.5"
    assert (answer.label, answer.parameter) == ("Open Jarchi", "start")
    assert links_of(answer, 1)[1] == "https://t.me/JarchiBot?start=sub"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("typed", ["rates", "курс", "курсы валют"])
async def test_a_query_for_rates_shows_the_table(ctx: RecordedContext, typed: str) -> None:
    assert titles(await cards(ctx, typed))[0] == "$1 today"


async def test_the_cards_are_in_the_persons_language(database: Database, ctx: RecordedContext) -> None:
    await print_rates(database, "nbk", NOW.date(), USDKZT="515.46")
    ctx.t = Translator("ru")
    answer = await cards(ctx, "100 usd kzt")
    assert titles(answer) == ["100 USD = 51\u00a0546 KZT"]
    assert answer.label == "🔔 Оповещение: USD/KZT"


async def test_lists_end(database: Database, ctx: RecordedContext) -> None:
    await publish(database, *(f"Gold {n}" for n in range(ARTICLES + 5)))
    assert len((await cards(ctx, "gold")).cards) == ARTICLES
    assert len((await cards(ctx, "")).cards) == NEWEST


@pytest.mark.parametrize(
    "typed",
    ['"', 'gold "open', "-gold", "🙂", "\u202e\u200f", "(a+)+$", "x" * 256, "gold " * 51, "a:b:c", "*", "1e999 usd",
     "-5 usd", "0 kzt", "since:x", "'; DROP TABLE", "NEAR(a b)", "%", "ё" * 256, "١٢٣ usd", "🙂" * 128, "usd usd"],
)  # fmt: skip
async def test_odd_words_are_answered_honestly(ctx: RecordedContext, typed: str) -> None:
    answer = await cards(ctx, typed)
    assert answer.cards == ()
    assert answer.label.startswith(("Nothing found", "Open Jarchi"))
    assert len(answer.label) <= 60


async def test_a_topic_finds_its_articles_and_is_followed_by_the_button(
    database: Database, conversation: Conversation, ctx: RecordedContext
) -> None:
    async with database.write() as connection:
        for title, about in {"Gas flows": {"energy": 2}, "Gold rose": {}}.items():
            article = Article(title, url=f"https://example.org/{title}", published_at=NOW)
            await store_article(connection, "feed", article, NOW, about)
    answer = await cards(ctx, "topic:energy")
    assert titles(answer) == ["Gas flows"]
    follower = conversation.ctx()
    await topics.follow_link(follower, answer.parameter.removeprefix("sub_"))
    assert follower.views[0].text.startswith("Now following: <b>Energy</b>\n")


async def test_marks_that_reverse_the_text_do_not_matter(database: Database, ctx: RecordedContext) -> None:
    await publish(database, "Gold rose")
    assert titles(await cards(ctx, "\u202egold\u200f")) == ["Gold rose"]


async def test_a_headline_of_markup_stays_text(database: Database, ctx: RecordedContext) -> None:
    async with database.write() as connection:
        article = Article("<b>Gold</b> & oil", "Text.", published_at=NOW - dt.timedelta(days=1))
        await store_article(connection, "feed", article, NOW)
    answer = await cards(ctx, "gold")
    assert titles(answer) == ["<b>Gold</b> & oil"]
    assert len(links_of(answer)) == 1  # nowhere to open it


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("typed", ["kzt > 520", "chart kzt", "график тенге"])
async def test_an_alert_or_a_chart_that_is_asked_for_finds_the_rate_of_its_pair(
    ctx: RecordedContext, typed: str
) -> None:
    answer = await cards(ctx, typed)
    assert titles(answer)[0] == "🇰🇿 $1 = 515.46\u00a0₸"
    assert answer.parameter == "alert_KZT"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("typed", ["100", "1e999 usd", "-5 usd"])
async def test_a_number_that_is_no_amount_is_nothing_to_follow(ctx: RecordedContext, typed: str) -> None:
    answer = await cards(ctx, typed)
    assert (titles(answer), answer.label) == ([], "Nothing found. Open Jarchi")


@pytest.mark.usefixtures("filled")
async def test_news_without_a_subject_are_the_newest(ctx: RecordedContext) -> None:
    assert await cards(ctx, "news") == await cards(ctx, "")


@pytest.mark.usefixtures("filled")
async def test_an_answer_is_for_one_person_and_soon_forgotten(ctx: RecordedContext) -> None:
    await inline.answer(ctx, InlineQuery("7", User(1, "Ann", False), "uranium", ""))
    [answer] = ctx.bot.answers  # type: ignore[attr-defined]
    assert (answer["is_personal"], answer["cache_time"]) == (True, inline.CACHE_SECONDS)
    assert [result.id for result in answer["results"]] == ["story1", "story2"]
    assert answer["button"].start_parameter.startswith("sub_")


async def test_an_inline_query_that_takes_too_long_gets_an_error_reply(
    ctx: RecordedContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "ANSWER_SECONDS", 0.0)
    await inline.answer(ctx, InlineQuery("7", User(1, "Ann", False), "uranium", ""))
    [answer] = ctx.bot.answers  # type: ignore[attr-defined]
    assert (answer["results"], answer["cache_time"]) == ([], 0)
    assert answer["button"].text == "Something went wrong. Try again"


@pytest.mark.usefixtures("filled")
async def test_a_link_subscribes(conversation: Conversation, ctx: RecordedContext) -> None:
    parameter = (await cards(ctx, "uranium -tender")).parameter
    follower = conversation.ctx()
    await topics.follow_link(follower, parameter.removeprefix("sub_"))
    assert "Now following: <code>uranium -tender</code>" in follower.views[0].text


@pytest.mark.parametrize("forged", ["", "%%", "AAAA"])
async def test_a_forged_link_asks_what_to_follow(conversation: Conversation, forged: str) -> None:
    follower = conversation.ctx()
    await topics.follow_link(follower, forged)
    assert follower.views[0].text


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("code", "asks"), [("KZT", "KZT"), ("XYZ", "currency"), ("", "currency")])
async def test_a_link_begins_an_alert(conversation: Conversation, code: str, asks: str) -> None:
    follower = conversation.ctx()
    await alert_builder.follow(follower, code)
    assert asks in follower.views[0].text


@pytest.mark.parametrize(("language", "timezone", "code"), [("kk", "", "KGS"), ("ru", "Asia/Tashkent", "UZS"), ("uz", "", "UZS")])  # fmt: skip
async def test_a_word_with_two_meanings_has_the_likelier_one(
    database: Database, conversation: Conversation, language: str, timezone: str, code: str
) -> None:
    await print_rates(database, "nbkr", NOW.date(), USDKGS="87.45", USDUZS="12000")
    conversation.chat = replace(conversation.chat, language=language, timezone=timezone or conversation.chat.timezone)
    ctx = conversation.ctx()
    ctx.bot = InlineBot()  # type: ignore[assignment]
    assert code in titles(await cards(ctx, "100 usd som"))[0]


async def test_a_word_with_two_meanings_has_a_card_for_each(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "nbkr", NOW.date(), USDKGS="87.45", USDUZS="12000")
    conversation.chat = replace(conversation.chat, language="kk")
    ctx = conversation.ctx()
    ctx.bot = InlineBot()  # type: ignore[assignment]
    found = (await cards(ctx, "1000 сом usd")).cards
    assert [card.title.split(" = ")[0].split()[-1] for card in found] == ["KGS", "UZS"]
    assert len({card.id for card in found}) == len(found)


@pytest.mark.usefixtures("filled")
async def test_an_empty_query_shows_the_persons_own_pairs_first(ctx: RecordedContext) -> None:
    ctx.chat = replace(ctx.chat, currencies=("USD", "KZT", "KGS"))
    assert titles(await cards(ctx, ""))[:4] == [
        "🇰🇿 $1 = 515.46\u00a0₸",
        "🇰🇬 $1 = 87.47\u00a0som",
        "$1 today",
        "Uranium by rail",
    ]
    assert links_of(await cards(ctx, "")) == ["https://t.me/JarchiBot?start=alert_KZT"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("typed", ["chart kzt", "график тенге"])
async def test_a_chart_that_telegram_has_is_a_photo_and_one_that_it_lacks_a_link(
    conversation: Conversation, ctx: RecordedContext, typed: str
) -> None:
    [rate] = (await cards(ctx, typed)).cards
    assert rate.photo is None
    assert [button.url for button in rate.view.buttons[0]] == [
        "https://t.me/JarchiBot?start=chart_KZT",
        "https://t.me/JarchiBot?start=alert_KZT",
    ]
    drawn = await draw(conversation)
    answer = await cards(ctx, typed)
    [chart, same] = answer.cards
    assert (chart.photo or "").startswith("file-")
    assert chart.view.text == drawn.text
    assert [button.url for row in chart.view.buttons for button in row] == ["https://t.me/JarchiBot?start=alert_KZT"]
    assert same == rate


@pytest.mark.usefixtures("filled")
async def test_a_chart_with_the_persons_own_levels_is_not_sent_to_other_chats(
    conversation: Conversation, ctx: RecordedContext
) -> None:
    await conversation.say(create, "kzt > 530")
    await draw(conversation)
    assert all(card.photo is None for card in (await cards(ctx, "chart kzt")).cards)


@pytest.mark.usefixtures("filled")
async def test_a_picture_of_the_other_theme_is_better_than_none(
    conversation: Conversation, ctx: RecordedContext
) -> None:
    await draw(conversation)
    ctx.chat = replace(ctx.chat, theme="dark")
    assert (await cards(ctx, "chart kzt")).cards[0].photo is not None


class PictureLost(InlineBot):
    """Telegram after it has lost the pictures: it refuses an answer with one of them."""

    async def answer_inline_query(self, query_id: str, results: list[object], **more: object) -> None:
        if any(isinstance(result, InlineQueryResultCachedPhoto) for result in results):
            raise BadRequest("Wrong file identifier/HTTP URL specified")
        await super().answer_inline_query(query_id, results, **more)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("bot", "results"), [(InlineBot(), ["chartUSDKZT", "moneyUSDKZT"]), (PictureLost(), ["moneyUSDKZT"])])  # fmt: skip
async def test_a_picture_that_telegram_has_lost_is_left_out(
    conversation: Conversation, ctx: RecordedContext, bot: InlineBot, results: list[str]
) -> None:
    await draw(conversation)
    ctx.bot = bot  # type: ignore[assignment]
    await inline.answer(ctx, InlineQuery("7", User(1, "Ann", False), "chart kzt", ""))
    [answer] = bot.answers
    assert [result.id for result in answer["results"]] == results


@pytest.mark.usefixtures("filled")
async def test_the_persons_own_alerts_on_a_pair_are_a_card_to_copy(
    conversation: Conversation, ctx: RecordedContext
) -> None:
    assert titles(await cards(ctx, "kzt")) == ["🇰🇿 $1 = 515.46\u00a0₸"]
    await conversation.say(create, "usd kzt > 530")
    answer = await cards(ctx, "kzt")
    assert titles(answer)[1] == "🔔 Alert: USD/KZT above 530"
    [copy] = answer.cards[1].view.buttons[0]
    assert copy.label == "🔗 Copy this setup"
    assert (copy.url or "").startswith("https://t.me/JarchiBot?start=set_1_")
    assert titles(await cards(ctx, "usd kgs")) == ["🇰🇬 $1 = 87.47\u00a0som"]


@pytest.mark.usefixtures("filled")
async def test_the_query_of_a_shared_link_finds_its_setup_and_a_forged_one_nothing(
    conversation: Conversation, ctx: RecordedContext
) -> None:
    await conversation.say(create, "usd kzt > 530")
    link = (await cards(ctx, "kzt")).cards[1].view.buttons[0][0].url or ""
    parameter = link.partition("start=")[2]
    answer = await cards(ctx, parameter)
    assert titles(answer) == ["🔔 Alert: USD/KZT above 530"]
    assert links_of(answer) == [link]
    for forged in (parameter[:-1], "set_1", to_share(key_of("other"), 1, NOW.date())):
        assert titles(await cards(ctx, forged)) == []
