"""Groups: short answers, and requests of members that only admins may make there, done in private instead."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage import alerts, chats, topics
from storage.database import Database
from tests.handlers.alert_talk import fill_banks
from tests.handlers.talk import GROUP, PERSON, MemberBot, RecordingBot, Talk

OTHER = 8
PRIVATE = "🔔 Set it for me in private"
LONG = "gold or silver or platinum or palladium or rhodium"


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    await fill_banks(database)
    talk = Talk(database, MemberBot())
    yield talk
    await talk.dispatcher.close()


async def linked(talk: Talk, words: str) -> str:
    """Ask for something in the group, and return the parameter of the link under the answer."""
    assert await talk.send(words, GROUP) == ["Only group admins can change this."]
    name, _, parameter = talk.buttons()[PRIVATE].partition("?start=")
    assert name == "https://t.me/CrierBot"
    assert len(parameter) <= 64
    return parameter


async def follow(talk: Talk, parameter: str, person: int = PERSON) -> str:
    return "\n".join(await talk.send(f"/start {parameter}", person, person))


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/digest 09:30", "09:30"),
        ("/language ru", "Выберите язык."),
        ("/timezone Asia/Dushanbe", "Dushanbe"),
        ("/quiet 23-8", "23:00-08:00"),
        ("/alert usd kzt > 520", "USD/KZT above 520"),
        ("@CrierBot kzt > 520", "USD/KZT above 520"),
        ("/subscribe gold", "Now following: <code>gold</code>"),
        (f"/subscribe {LONG}", "Someone shared this with you:\n📣 Topic: <b>gold or silver or platinum or palladium…"),
        ("@CrierBot alert me when the US dollar is above 520 tenge", "🔔 Alert: <b>USD/KZT above 520</b>"),
    ],
)
async def test_the_request_of_a_member_is_done_in_private(talk: Talk, words: str, answer: str) -> None:
    assert answer in await follow(talk, await linked(talk, words))
    async with talk.database.read() as connection:
        group = await chats.get(connection, GROUP)
        assert group is not None
        assert (group.language, group.timezone, group.digest_times, group.quiet) == ("en", "Asia/Almaty", (), None)
        assert await alerts.of_chat(connection, GROUP) == []
        assert await topics.of_chat(connection, GROUP) == []


@pytest.mark.parametrize("words", ["/digest 09:30", "/alert usd kzt > 520"])
async def test_the_link_of_a_request_works_for_its_person_only(talk: Talk, words: str) -> None:
    parameter = await linked(talk, words)
    answer = "This button is for another person. Send me your own request here. Examples: /help"
    assert await follow(talk, parameter, OTHER) == answer
    assert await follow(talk, parameter[:-1]) == answer
    async with talk.database.read() as connection:
        other = await chats.get(connection, OTHER)
        assert other is not None
        assert other.digest_times == ()
        assert await alerts.of_chat(connection, OTHER) == []


async def test_a_request_is_not_done_twice_by_its_link(talk: Talk) -> None:
    parameter = await linked(talk, "/alert usd kzt > 520")
    await follow(talk, parameter)
    await follow(talk, parameter)
    async with talk.database.read() as connection:
        assert len(await alerts.of_chat(connection, PERSON)) == 1


@pytest.mark.parametrize("words", ["/stop", "/forget", "/cancel", "/unsubscribe gold"])
async def test_a_command_that_is_another_thing_in_private_has_no_link(talk: Talk, words: str) -> None:
    assert await talk.send(words, GROUP) == ["Only group admins can change this."]
    assert talk.buttons() == {}


@pytest.mark.parametrize("words", ["/alert xyz > 520 and a great many more words that no link can carry", "/alert xyz"])
async def test_a_request_that_cannot_be_read_still_has_a_link(talk: Talk, words: str) -> None:
    assert await follow(talk, await linked(talk, words))


async def test_a_channel_that_writes_in_the_group_gets_no_link_of_a_person(talk: Talk) -> None:
    channel = {"id": -1009, "type": "channel", "title": "News"}
    await talk.send({"text": "/digest 9", "sender_chat": channel}, GROUP)
    assert talk.buttons() == {}
    await talk.send({"text": "/alert kzt > 520", "sender_chat": channel}, GROUP)
    assert talk.buttons()[PRIVATE].startswith("https://t.me/CrierBot?start=set_")


def codes(answer: str) -> list[str]:
    """The currencies of a table of rates."""
    table = answer.partition("<pre>")[2].partition("</pre>")[0]
    return [line.split()[0] for line in table.splitlines()[1:]]


@pytest.mark.parametrize("words", ["/rates", "@CrierBot rates", "/rates usd"])
async def test_rates_are_few_in_a_group_until_all_are_asked_for(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr("bot.views.rates.FEW", 2)
    [few] = await talk.send(words, GROUP)
    assert codes(few) == ["KZT", "KGS"]
    assert talk.buttons() == {"All rates": "v1:rates:all"}
    sent = talk.bot.sent
    await talk.press("v1:rates:all", GROUP)
    assert talk.bot.sent == sent
    whole = talk.bot.texts[max(talk.bot.texts)]
    assert codes(whole)[:3] == ["KZT", "KGS", "UZS"]
    assert list(talk.buttons()) == ["↻ Refresh"]
    [private] = await talk.send("/rates")
    assert codes(private) == codes(whole)


async def test_a_group_with_own_currencies_gets_their_rates_alone(talk: Talk) -> None:
    talk.bot = RecordingBot()
    await talk.press("v1:own:set:RUB:TJS", GROUP)
    [own] = await talk.send("/rates", GROUP)
    assert "TJS" in own
    assert codes(own) == []
    assert talk.buttons() == {"All rates": "v1:rates:all"}


@pytest.mark.parametrize("bot", [MemberBot(), RecordingBot()])
async def test_a_sentence_of_the_group_is_answered_only_if_it_is_addressed(talk: Talk, bot: Any) -> None:
    """A bot that is an admin receives every message."""
    talk.bot = bot
    for words in ("tenge", "kzt > 520", "100 usd in kzt", "rates", "news", "hello", "520", "/rates@OtherBot"):
        assert await talk.send(words, GROUP) == []
    assert await talk.send("100 usd in kzt @CrierBot", GROUP) != []
