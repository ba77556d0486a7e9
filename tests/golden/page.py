"""The text of a golden file: each sample under its heading, markup as in Markdown, buttons in their rows."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import Path

from bot.i18n import LANGUAGES, read_catalog
from bot.views.inline import Answer, Card
from bot.views.message import Button, ChatKey, View
from tests.golden import dates
from tests.golden.sample import Recorder, Sample, Shown

FOLDER = Path(__file__).parent
_MARKS = {"b": "**", "i": "_", "u": "__", "s": "~~", "code": "`", "tg-spoiler": "||"}
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TIME = re.compile(r'<tg-time unix="\d+" format="(\w+)">(.*?)</tg-time>')
_TAG = re.compile(r"</?([\w-]+)[^>]*>")


def samples() -> list[Sample]:
    """Return the samples of all features, by the names of their files."""
    names = sorted(one.name for one in pkgutil.iter_modules([str(FOLDER)]) if not one.name.startswith(("test_", "__")))
    modules = [import_module(f"tests.golden.{name}") for name in names]
    return [one for module in modules for one in getattr(module, "SAMPLES", ())]


def marked(html: str) -> str:
    """Return Telegram HTML with its markup as in Markdown; a time is `{28 Nov 19:25}`, shown in the reader's zone."""
    text = _LINK.sub(lambda link: f"[{link[2]}]({link[1]})", html)
    text = _TIME.sub(r"{\2}", text)
    text = text.replace("<pre>", "```\n").replace("</pre>", "\n```")
    return unescape(_TAG.sub(lambda tag: _MARKS.get(tag[1], ""), text))


def _buttons(rows: tuple[tuple[Button, ...], ...]) -> Iterator[str]:
    for row in rows:
        yield " ".join(f"[{button.label}]" for button in row)


def _keys(row: tuple[str | ChatKey, ...]) -> str:
    """Return a row of the reply keyboard; behind an arrow Telegram's own list of chats opens."""
    return " ".join(f"[{key.label} ↗]" if isinstance(key, ChatKey) else f"[{key}]" for key in row)


def shown(what: Shown) -> list[str]:
    """Return the lines of a rendered sample."""
    match what:
        case View():
            keys = [f"(beside the text field) {_keys(row)}" for row in what.keyboard or ()]
            return [marked(what.text), *_buttons(what.buttons), *keys]
        case Card():
            return [f"(in the list) {what.title} | {what.line}", *shown(what.view)]
        case Answer():
            return [f"[{what.label}]", *(line for card in what.cards for line in shown(card))]
        case _:
            return [marked(what)]


def page(language: str) -> str:
    """Return the golden file of a language; texts that no sample uses follow at the end, each with its key."""
    t = Recorder(language)
    parts = [f"=== {one.title}\n" + "\n".join(shown(one.render(t))) for one in samples()]
    catalog = {str(message.id): str(message.string) for message in read_catalog(language) if message.id}
    rest = [f"{key}: {marked(text)}" for key, text in sorted(catalog.items()) if key not in t.used]
    parts.append("=== Texts of no view above\n" + "\n".join(rest))
    parts.append("=== Dates, times, numbers and cities\n" + "\n".join(dates.lines(language)))
    return "\n\n".join(parts) + "\n"


def write() -> None:
    """Write all golden files."""
    for language in LANGUAGES:
        (FOLDER / f"{language}.txt").write_text(page(language), encoding="utf-8")
