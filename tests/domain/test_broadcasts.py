import datetime as dt

import pytest

from bot.domain.broadcasts import Audience, duration, read, stars
from bot.domain.errors import InvalidInput

TOPICS = {"energy": "energy", "энергетика": "energy", "oil": "oil"}


@pytest.mark.parametrize(
    ("text", "audience", "message"),
    [
        (" Hello", Audience(), "Hello"),
        (" lang:ru  topic:energy Привет, lang:en", Audience("ru", "energy"), "Привет, lang:en"),
        (" тема:Энергетика язык:RU\nПривет", Audience("ru", "energy"), "Привет"),
        ("\nlang:ru is how it begins", Audience(), "lang:ru is how it begins"),
        (" https://example.org is new", Audience(), "https://example.org is new"),
        (" At 12:30: rates", Audience(), "At 12:30: rates"),
        (" lang:en", Audience("en"), ""),
        ("", Audience(), ""),
    ],
)
def test_an_audience_stands_before_the_message(text: str, audience: Audience, message: str) -> None:
    found, begin = read(text, ("en", "ru"), TOPICS)
    assert (found, text[begin:]) == (audience, message)


@pytest.mark.parametrize(
    ("text", "key", "at"),
    [
        (" lang:xx Hi", "broadcast.error_language", "xx"),
        (" topic:enrgy Hi", "broadcast.error_topic", "enrgy"),
        (" lng:ru Hi", "broadcast.error_filter", "lng:"),
        (" lang:ru lang:en Hi", "broadcast.error_twice", "lang:"),
    ],
)
def test_words_that_name_no_audience_are_not_sent_to_everybody(text: str, key: str, at: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read(text, ("en", "ru"), TOPICS)
    assert (error.value.key, error.value.params["at"]) == (key, at)


def test_time_and_cost_are_rounded_up() -> None:
    assert duration(100_000) == dt.timedelta(seconds=3449)
    assert duration(100_000, paid=True) == dt.timedelta(seconds=104)
    assert [stars(count) for count in (0, 1, 10, 11, 100_000)] == [0, 1, 1, 2, 10_000]
