"""/sources: everybody sees and mutes sources, operators switch and test them, and others get a refusal."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import load
from bot.delivery.digests import compose
from bot.domain.articles import Article
from bot.domain.events import DigestDue
from bot.domain.sites import FEED, PAGE, Site, SiteState
from bot.i18n import Translator
from bot.sources.fetch import Fetcher
from bot.views import sources as views
from bot.views.buttons import ACTIONS, Access
from bot.views.message import Button, View
from handlers import sources, status, topics
from storage import articles, mutes
from storage import sources as states
from tests.handlers.conftest import NOW, Conversation, RecordedContext, press_button, publish
from tests.ingest.conftest import Stand, item, rss
from tests.stored import store_article

ALMATY = ZoneInfo("Asia/Almaty")
FILE = """
[kabar]
name = "Kabar <Agency>"
url = "{url}/kabar/"
enabled = true
[kabar-ru]
url = "{url}/kabar-ru/"
"""


class Talk:
    """A conversation of one person, or of an operator, about the sites of a stand."""

    def __init__(self, conversation: Conversation, folder: Path, stand: Stand, fetcher: Fetcher) -> None:
        path = folder / "listed.toml"
        path.write_text(FILE.format(url=stand.url), "utf-8")
        self.settings = load({}, _env_file=None, sources_file=str(path))
        self.conversation, self.stand, self._fetcher = conversation, stand, fetcher

    def ctx(self, arguments: str = "", *, operator: bool = False) -> RecordedContext:
        ctx = self.conversation.ctx(arguments)
        ctx.services.settings, ctx.services.fetcher, ctx.operator = self.settings, self._fetcher, operator
        return ctx

    async def say(self, arguments: str = "", *, operator: bool = False) -> View:
        ctx = self.ctx(arguments, operator=operator)
        await sources.show_sources(ctx)
        [view] = ctx.views
        return view

    async def press(self, action: str, *arguments: str, operator: bool = False) -> RecordedContext:
        ctx = self.ctx(operator=operator)
        await press_button(ctx, ":".join(("v1:sources", action, *arguments)))
        return ctx

    def site(self, site_id: str) -> Site:
        return next(site for site in self.settings.sites if site.id == site_id)


@pytest.fixture
async def talk(conversation: Conversation, tmp_path: Path) -> AsyncIterator[Talk]:
    stand, fetcher = Stand(), Fetcher("test", allow_private=True)
    await stand.start()
    yield Talk(conversation, tmp_path, stand, fetcher)
    await fetcher.close()
    await stand.stop()


def buttons(view: View) -> dict[str, Button]:
    return {button.label: button for row in view.buttons for button in row}


def actions(view: View) -> list[str]:
    return [(button.data or "").split(":")[2] for row in view.buttons for button in row]


def seen(**ago: int) -> str:
    """A time before now, as Telegram shows it in the reader's zone: it never ages."""
    at = NOW - dt.timedelta(**ago)
    return f'<tg-time unix="{int(at.timestamp())}" format="Dt">{at.astimezone(ALMATY):%-d %b %H:%M}</tg-time>'


async def test_everybody_sees_the_sources_that_are_read_and_operators_those_that_wait(talk: Talk) -> None:
    view = await talk.say()
    assert "1. ✅ <b>The Times of Central Asia</b> · English, whole region" in view.text
    assert "2. ✅ <b>Kabar &lt;Agency&gt;</b> · English, Kyrgyzstan" in view.text
    assert "3." not in view.text
    assert "⏸" not in view.text
    operator = await talk.say(operator=True)
    assert "10. ⏸" in operator.text
    assert list(buttons(operator))[-1] == "›"


async def test_an_operator_pages_to_every_site_and_no_further(talk: Talk) -> None:
    found, page = set[str](), 0
    while (ctx := await talk.press("list", str(page), operator=True)).views:
        shown = [button.data or "" for row in ctx.views[0].buttons for button in row]
        found |= {data.split(":")[3] for data in shown if ":one:" in data}
        page += 1
    assert found == {site.id for site in talk.settings.sites}
    assert ctx.callback_answers
    for forged in ("-1", "x", "1" * 50):
        assert (await talk.press("list", forged)).callback_answers


@pytest.mark.parametrize("typed", ["kabar", "Kabar <agency>", "2", " 2 ", "KABAR", "agency"])
async def test_a_site_is_shown_by_id_name_part_of_the_name_or_number(talk: Talk, typed: str) -> None:
    view = await talk.say(typed)
    assert view.text.startswith("<b>Kabar &lt;Agency&gt;</b>\nEnglish, Kyrgyzstan · 127.0.0.1\n")
    assert actions(view) == ["mute", "list"]
    assert actions(await talk.say(typed, operator=True)) == ["mute", "off", "test", "list"]


async def test_a_site_that_is_none_or_off_is_not_known(talk: Talk) -> None:
    for typed in ("nobody<", "kabar-ru", "3", "0", "99999", "-1", "9" * 4000):
        assert "No source called" in (await talk.say(typed)).text
    assert (await talk.press("one", "kabar-ru")).callback_answers
    assert actions(await talk.say("kabar-ru", operator=True)) == ["mute", "on", "test", "list"]


async def test_of_several_sites_with_the_typed_word_one_is_chosen(talk: Talk) -> None:
    view = await talk.say("times", operator=True)
    found = [button.label for row in view.buttons for button in row]
    assert {"The Times of Central Asia", "The Astana Times"} <= set(found)
    assert found[-1] == "‹ All sources"
    assert (await talk.say("astana times", operator=True)).text.startswith("<b>The Astana Times</b>")


@pytest.mark.parametrize(
    ("language", "about"),
    [("en", "Kyrgyz, Kyrgyzstan"), ("ru", "кыргызский, Кыргызстан")],
)
async def test_countries_and_languages_are_named_as_they_name_themselves(language: str, about: str) -> None:
    t, site = Translator(language), Site("kabar", "Kabar", "https://example.org/", "ky", "KG")
    for view in (
        views.listing(t, [SiteState(site, True, False)], 0, operator=False),
        views.one(t, SiteState(site, True, False), ALMATY, operator=False),
    ):
        assert about in view.text
        assert "иргиз" not in view.text
    assert (
        "xx, XX"
        in views.one(t, SiteState(replace(site, language="xx", country="XX"), True, False), ALMATY, operator=False).text
    )


async def test_a_muted_site_is_in_no_digest_and_among_no_topics_and_comes_back(talk: Talk) -> None:
    conversation = talk.conversation
    await publish(conversation.database, "A gold story of the page")
    async with conversation.database.write() as connection:
        for source in (FEED, PAGE, "kabar"):
            await store_article(connection, source, Article(f"A gold story of {source}", published_at=NOW), NOW)

    async def shown() -> set[str]:
        mine = (await conversation.press("v1:news:mine:0")).views[0].text
        async with conversation.database.read() as connection:
            digest = (await compose(connection, conversation.chat, DigestDue(NOW.date()), NOW)).text
        both = {FEED, PAGE, "kabar"}
        found = {source for source in both if f"A gold story of {source}" in mine}
        assert found == {source for source in both if f"A gold story of {source}" in digest}
        return found

    await conversation.say(topics.subscribe, "gold")
    assert await shown() == {FEED, PAGE, "kabar"}
    ctx = await talk.press("mute", "kabar")
    assert "🔇 Muted" in ctx.views[0].text
    assert "🔇 <b>Kabar" in (await talk.say()).text
    assert await shown() == {FEED, PAGE}
    await talk.press("mute", FEED)  # the home site and its page are one to a reader
    assert await shown() == set()
    assert "A gold story of kabar" in (await conversation.press("v1:news:all:0")).views[0].text
    assert actions((await talk.press("unmute", "kabar")).views[0]) == ["mute", "list"]
    await talk.press("unmute", FEED)
    assert await shown() == {FEED, PAGE, "kabar"}


async def test_in_groups_only_admins_mute() -> None:
    changing = {name for name, one in ACTIONS.items() if name.startswith("sources:") and one.access is Access.ADMINS}
    assert changing == {"sources:mute", "sources:unmute"}  # all other changes are for operators alone


@pytest.mark.parametrize("action", ["on", "off", "test"])
async def test_buttons_of_operators_change_nothing_for_others(talk: Talk, action: str) -> None:
    ctx = await talk.press(action, "kabar")
    assert ctx.views == []
    assert ctx.callback_answers[0].startswith("Only the bot's operators")
    assert talk.stand.asked == []
    async with talk.conversation.database.read() as connection:
        assert await states.switches(connection) == {}


async def test_a_button_of_a_site_that_is_no_more_is_answered(talk: Talk) -> None:
    for action in ("one", "mute", "unmute", "on", "off", "test"):
        ctx = await talk.press(action, "gone", operator=True)
        assert ctx.views == []
        assert ctx.callback_answers
    async with talk.conversation.database.read() as connection:
        assert await mutes.of_chat(connection, 1) == set()


async def test_an_operator_switches_a_site_without_a_restart(talk: Talk) -> None:
    view = (await talk.press("on", "kabar-ru", operator=True)).views[0]
    assert actions(view) == ["mute", "off", "test", "list"]
    assert "✅ On.\nNot checked yet." in view.text
    assert "Кабар" in (await talk.say()).text
    view = (await talk.press("off", "kabar", operator=True)).views[0]
    assert "⏸ Off" in view.text
    assert "Kabar" not in (await talk.say()).text


async def test_an_operator_sees_how_a_site_is_doing(talk: Talk) -> None:
    state = states.SourceState(
        "kabar",
        talk.site("kabar").url,
        last_attempt_at=NOW - dt.timedelta(minutes=5),
        last_ok_at=NOW - dt.timedelta(hours=3),
        failures=4,
        last_error="the site answered <503>",
        interval_seconds=1800,
        changed_at=NOW - dt.timedelta(hours=6),
        polls=40,
        changes=12,
    )
    async with talk.conversation.database.write() as connection:
        await states.save(connection, state)
    view = await talk.say("kabar", operator=True)
    for line in (
        f"Last checked: {seen(minutes=5)}",
        f"Last success: {seen(hours=3)}. Failures since: 4",
        f"Last news: {seen(hours=6)}. Checks with news: 12 of 40",
        "Check interval: 30 minutes",
        "Last error: <i>the site answered &lt;503&gt;</i>",
    ):
        assert line in view.text.splitlines()
    assert "503" not in (await talk.say("kabar")).text
    assert "⚠️ <b>Kabar" in (await talk.say(operator=True)).text
    ctx = talk.ctx(operator=True)
    await status.show_status(ctx)
    assert "⚠️ Kabar &lt;Agency&gt;: last updated 3 hours ago, now failing\n<i>the site answered" in ctx.views[0].text


async def test_a_test_reads_now_says_what_it_found_and_stores_nothing(talk: Talk) -> None:
    future = "Sat, 01 Jan 2099 00:00:00 +0000"
    talk.stand.serve(
        "/kabar/",
        rss(
            item("An old story", guid=1, date=NOW - dt.timedelta(days=1)),
            item("The <![CDATA[<b>newest</b> & best]]>", guid=2, link="https://example.org/2", date=NOW),
            item("A story of 2099", guid=3, date=future),
        ),
    )
    ctx = await talk.press("test", "kabar", operator=True)
    assert ctx.callback_answers == ["Checking…"]
    assert ctx.views[0].text.splitlines() == [
        "🔎 <b>Kabar &lt;Agency&gt;</b> works. News found: 3",
        "Test only: nothing was saved or sent.",
        'Newest: <a href="https://example.org/2">The newest &amp; best</a>',
    ]
    async with talk.conversation.database.read() as connection:
        assert await articles.count(connection) == 0
        assert await states.all_states(connection) == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (None, "the site answered 404"),
        (b"<html><h2><a href='/a'>A page</a></h2></html>", "a page, not a feed"),
        (b"", "an empty document"),
    ],
)
async def test_a_test_that_fails_says_why(talk: Talk, body: bytes | None, error: str) -> None:
    if body is not None:
        talk.stand.serve("/kabar-ru/", body)
    view = (await talk.press("test", "kabar-ru", operator=True)).views[0]
    assert view.text == f"🔎 <b>Кабар</b> failed: {error}"
    assert actions(view) == ["test", "list"]
