"""The golden files are up to date, and no view is left out of them."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

import bot.views
from bot.i18n import LANGUAGES
from tests.golden.page import FOLDER, marked, page, samples


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_golden_file_shows_every_view_as_it_is(language: str) -> None:
    written = (FOLDER / f"{language}.txt").read_text(encoding="utf-8")
    assert written == page(language), "a text has changed: read the difference, then `make golden`"


SHOWN = {"View", "Card", "Answer"}


def view_functions() -> set[Callable[..., Any]]:
    """All public functions of bot/views that return something to show."""
    found = set()
    for one in pkgutil.iter_modules(bot.views.__path__):
        module = import_module(f"bot.views.{one.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            returns = set(str(function.__annotations__.get("return")).split(" | "))
            if function.__module__ == module.__name__ and not name.startswith("_") and returns & SHOWN:
                found.add(function)
    return found


def test_every_view_has_a_sample() -> None:
    from bot.views.message import addressed, managing, record
    from bot.views.posts import in_form, with_hashtags

    wanted = view_functions() - {addressed, managing, record, in_form, with_hashtags}  # they change views of others
    assert len(wanted) > 50
    shown = {one.function for one in samples()}
    missing = sorted(f"{one.__module__}.{one.__name__}" for one in wanted - shown)
    assert not missing, "no sample in tests/golden renders these"


def test_every_sample_has_a_heading_of_its_own() -> None:
    titles = [one.title for one in samples()]
    assert len(titles) == len(set(titles))


def test_markup_is_shown_as_in_markdown() -> None:
    html = '<b>A</b> <a href="https://example.org/?a=1&amp;b">T &amp; C</a> <tg-time unix="1" format="Dt">1 Jan</tg-time><pre>x</pre>'
    assert marked(html) == "**A** [T & C](https://example.org/?a=1&b) {1 Jan}```\nx\n```"
