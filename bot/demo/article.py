"""The page of one invented article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

# Returns the page of a path on a site of the demo, None if there is no such article.
ArticlePage = Callable[[str], str | None]

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:18px/1.6 Georgia,serif;max-width:38em;margin:2em auto;padding:0 1.2em;overflow-wrap:anywhere}"
    "small{opacity:.75}h1{line-height:1.25}"
)


def article_page(language: str, note: str, title: str, paragraphs: Sequence[str]) -> str:
    """Return a page in HTML; the note says that the article is invented."""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang={language}><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<small>{escape(note)}</small><h1>{escape(title)}</h1>{text}</html>"
    )
