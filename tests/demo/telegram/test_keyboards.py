"""Buttons the real server takes and refuses."""

import pytest

from bot.demo.telegram.keyboards import inline_keyboard, reply_keyboard
from bot.demo.telegram.wire import ApiError, Params


def keyboard(*buttons: object) -> Params:
    return Params({"reply_markup": {"inline_keyboard": [list(buttons)]}})


@pytest.mark.parametrize(
    "button",
    [
        {"text": "a", "callback_data": "x" * 64},
        {"text": "a", "callback_data": "ж" * 32},
        {"text": "a", "url": "https://example.org/path"},
        {"text": "a", "url": "tg://resolve?domain=x"},
        {"text": "a", "copy_text": {"text": "x" * 256}},
        {"text": "a", "switch_inline_query": ""},
        {"text": "a", "web_app": {"url": "https://example.org"}},
    ],
)
def test_good_buttons_are_kept(button: dict[str, object]) -> None:
    assert inline_keyboard(keyboard(button)) == {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("button", "sentence"),
    [
        ({"text": "a", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "ж" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "a", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "a"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "callback_data": "x"}, "can't parse inline keyboard button: Text must be non-empty"),
        ("a", "can't parse inline keyboard button: expected an Object"),
        (
            {"text": "a", "url": "http://localhost:80/"},
            "inline keyboard button URL 'http://localhost:80/' is invalid: Wrong HTTP URL",
        ),
        ({"text": "a", "url": "nonsense"}, "inline keyboard button URL 'nonsense' is invalid: Wrong HTTP URL"),
        (
            {"text": "a", "url": "ftp://example.org"},
            "inline keyboard button URL 'ftp://example.org' is invalid: Unsupported URL protocol",
        ),
        ({"text": "a", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        (
            {"text": "a", "web_app": {"url": "http://example.org"}},
            "inline keyboard button Web App URL 'http://example.org' is invalid: Only HTTPS links are allowed",
        ),
    ],
)
def test_bad_buttons_are_refused(button: object, sentence: str) -> None:
    with pytest.raises(ApiError) as refusal:
        inline_keyboard(keyboard(button))
    assert refusal.value.description == f"Bad Request: {sentence}"


def test_a_hundred_and_one_buttons_are_too_many() -> None:
    with pytest.raises(ApiError, match="reply markup is too long"):
        inline_keyboard(keyboard(*[{"text": "a", "callback_data": "x"}] * 101))


def test_an_empty_keyboard_and_a_reply_keyboard_are_no_part_of_a_message() -> None:
    assert inline_keyboard(Params({})) is None
    assert inline_keyboard(Params({"reply_markup": {"inline_keyboard": []}})) is None
    assert inline_keyboard(Params({"reply_markup": {"keyboard": [[{"text": "a"}]]}})) is None


def test_a_reply_keyboard_is_kept_with_its_flags_and_its_removal_is_empty() -> None:
    markup = {"keyboard": [["Rates", {"text": "News"}], []], "is_persistent": True, "resize_keyboard": False}
    assert reply_keyboard(Params({"reply_markup": markup})) == {
        "keyboard": [[{"text": "Rates"}, {"text": "News"}]],
        "is_persistent": True,
    }
    assert reply_keyboard(Params({"reply_markup": {"remove_keyboard": True}})) == {}
    for other in ({}, {"reply_markup": {"force_reply": True}}, {"reply_markup": {"inline_keyboard": []}}):
        assert reply_keyboard(Params(other)) is None


@pytest.mark.parametrize("rows", ["x", ["x"], [[]], [[{"text": " "}]], [[5]], [["x"] * 301]])
def test_a_bad_reply_keyboard_is_refused(rows: object) -> None:
    with pytest.raises(ApiError):
        reply_keyboard(Params({"reply_markup": {"keyboard": rows}}))
