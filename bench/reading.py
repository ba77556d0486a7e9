"""Reading a page: the project's reader against the standard library's HTML parser collecting visible text alone."""

from __future__ import annotations

from html.parser import HTMLParser

from bench.clock import best, row
from bot.demo.edition import STORIES, ticker_at
from bot.sources.read import read


class _Text(HTMLParser):
    """Collects text; far less than reading a page, and slower."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Take a piece of text."""
        self.parts.append(data)


def run() -> None:
    """Read a page of 48 stories and 40 ticker lines."""
    lines = "".join(f"<li>• {code}/USD = {value} 0%</li>" for code, value in ticker_at(0)) * 8
    stories = "".join(
        f'<article><h2><a href="/{n}/">{story.title} {n}</a></h2>'
        + "".join(f"<p>{p}</p>" * 8 for p in story.paragraphs)
        + "</article>"
        for n, story in enumerate(STORIES * 3)
    )
    page = f"<html><body><ul>{lines}</ul>{stories}</body></html>"

    def by_hand() -> None:
        parser = _Text()
        parser.feed(page)

    slow = best(by_hand)
    row(f"html.parser, text only ({len(page) // 1024} KiB)", slow, slow)
    row("read(): rates, headlines, texts", best(lambda: read(page.encode(), url="https://example.org/")), slow)
