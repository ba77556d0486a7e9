"""White space of any kind divides, what is not seen is not there, and a command is known however it is written."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed import clean, read

BLANKS = " \t\n\r\x0b\x0c\x1c\x85\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u2028\u2029\u202f\u205f\u2800\u3000"
HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2066"
    "\u2067\u2068\u2069\u3164\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffc\ufffd\x00\x07\x1b\x7f\U000e0001\U000e0020\U000e0100\ud83d"
)


@pytest.mark.parametrize("blank", BLANKS)
def test_any_white_space_ends_a_command(blank: str) -> None:
    for typed in (
        f"/alert{blank}eur{blank}kzt",
        f"/alert {blank}\n{blank}eur {blank}kzt{blank}",
        f"{blank}/alert eur kzt",
    ):
        assert (read(typed).command, read(typed).arguments) == ("alert", "eur kzt")
    assert read(f"/alert@SomeBot{blank}eur").bot == "somebot"
    assert read(f"/alert@SomeBot{blank}eur", "SomeBot").arguments == "eur"


@pytest.mark.parametrize("mark", HIDDEN)
def test_what_is_not_seen_is_taken_out_wherever_it_stands(mark: str) -> None:
    for typed in (f"{mark}/news gold", f"/{mark}ne{mark}ws{mark} {mark}go{mark}ld{mark}", f"/news{mark} gold"):
        assert read(typed) == read("/news gold"), typed
    assert clean(f"{mark} 100{mark} usd {mark}") == "100 usd"
    assert clean(mark * 3) == ""


@pytest.mark.parametrize(
    ("typed", "command", "arguments"),
    [
        ("/RATES KZT", "rates", "KZT"),
        ("/Rates@CrierBot kzt", "rates", "kzt"),
        ("/rates @crierbot kzt", "rates", "kzt"),
        ("@CrierBot /rates kzt", "rates", "kzt"),
        ("@crierbot, /rates kzt", "rates", "kzt"),
        ("/rates, kzt", "rates", "kzt"),
        ("/rates.", "rates", ""),
        ("/rates!!", "rates", ""),
        ("/rates@crierbot, kzt", "rates", "kzt"),
        ("/digest:8", "digest", "8"),
        ('/search"gold mine"', "search", '"gold mine"'),
        ("/ rates kzt", "rates", "kzt"),
        ("\uff0frates\u3000kzt", "rates", "kzt"),
        ("\u2044rates kzt", "rates", "kzt"),
        ("\u2215rates", "rates", ""),
        ("/курс тенге", "курс", "тенге"),
        ("/rates/kzt", "rates/kzt", ""),
        ("/rates-kzt", "rates-kzt", ""),
        ("/", "", ""),
        ("rates kzt", None, ""),
        ("see /rates", None, ""),
        ("", None, ""),
    ],
)
def test_a_command_is_known_however_it_is_written(typed: str, command: str | None, arguments: str) -> None:
    found = read(typed, "CrierBot")
    assert (found.command, found.arguments) == (command, arguments)
    assert found.is_for("CrierBot") is (command is not None)


def test_a_command_for_another_bot_is_none_of_ours() -> None:
    assert not read("/rates@OtherBot\nkzt", "CrierBot").is_for("CrierBot")
    assert read("/news @OtherBot", "CrierBot").arguments == "@OtherBot"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("@CrierBot kzt", "kzt"),
        ("kzt, @crierbot?", "kzt,"),
        ("100 usd @CrierBot in kzt", "100 usd in kzt"),
        ("@CrierBot", ""),
        ("/@CrierBot", ""),
    ],
)
def test_a_sentence_that_mentions_the_bot_is_read_without_its_name(typed: str, text: str) -> None:
    found = read(typed, "CrierBot")
    assert (found.text, found.command, found.mentioned) == (text, None, True)
    assert not read("mail@crierbot or @crierbots", "CrierBot").mentioned
    assert not read(typed).mentioned


@pytest.mark.parametrize("emoji", ["👩‍👩‍👧", "❤️", "🏔️", "👍🏽", "🇰🇿", "❤️‍🔥"])
def test_an_emoji_stays_whole(emoji: str) -> None:
    assert clean(f"{emoji}\u200e gold\u200d") == f"{emoji} gold"


@given(st.text(max_size=60))
def test_cleaned_text_has_nothing_more_to_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert not any(unicodedata.category(one) in ("Cc", "Cs") or (one.isspace() and one != " ") for one in cleaned)


@given(st.text("ab\u200b\u200e\n\u00a0/@ ", max_size=30))
def test_marks_between_letters_change_nothing(text: str) -> None:
    assert read(text) == read("".join(f"\u2060{one}\u00ad" for one in text))
