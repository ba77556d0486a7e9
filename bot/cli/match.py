"""`jarchi match`: whether articles match a query, and why."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bot.cli.articles import FILE, printable, valid_articles
from bot.cli.output import json_option, print_json
from bot.cli.running import fail

if TYPE_CHECKING:
    from bot.domain.topics import Found, Query
    from bot.domain.topics.matched import TopicMatch
    from bot.domain.topics.measuring import Labelled


@click.command()
@json_option("One JSON object a line, as where the output is no terminal: title, matches, and why (word to places).")
@click.option("--lang", "language", default="", metavar="CODE", help="The language of lines without lang, such as uz.")
@click.argument("query")
@click.argument("file", type=FILE)
def match(as_json: bool, language: str, query: str, file: str) -> None:
    """Print which articles of FILE match QUERY, a query as people follow them, and the words by which they do.

    FILE (`-`: standard input) has one JSON object a line: title, and perhaps text, lead, lang, site (a host's name) and
    categories. The words of the query are compared by the rules of each article's language.
    """
    from bot.domain.languages import language_of
    from bot.domain.topics import QueryError, parse

    if language and language_of(language) is None:
        fail(f"--lang {printable(language[:40])!r}: expected a language, such as uz", 2)
    try:
        parsed = parse(query)
    except QueryError as problem:
        at = printable(problem.at or query)[:200]
        fail(f"this is no query ({problem.key.removeprefix('topics.error.')}): {at}", 2)
    as_json = as_json or not sys.stdout.isatty()
    for one in valid_articles(file, as_json=as_json):
        matches, why = _matched(parsed, one, one.language or language)
        if as_json:
            print_json({"title": one.title, "matches": matches, "why": _why(why)})
        else:
            click.echo(f"{'yes' if matches else 'no ':3}  {printable(one.title)}")
            for term, words in _why(why).items():
                click.echo(f"     {printable(f'{term}: ' + ', '.join(words))}")


def _matched(query: Query, one: Labelled, typed: str) -> tuple[bool, tuple[Found, ...]]:
    """Return whether an article in a language matches, and why; `typed` is its language, or a name of it."""
    from bot.domain.languages import language_of
    from bot.domain.topics import NAMED_FIELDS, Document, explain, matches
    from bot.ingest.topic_lists import shipped_classifier
    from storage.stems import stem_of

    language = language_of(typed) or typed
    topics: tuple[TopicMatch, ...] = ()
    if any(term.field in NAMED_FIELDS for terms in query.alternatives for term in terms):
        topics = replace(one, language=language).classified_by(shipped_classifier())
    text, stem = f"{one.lead}\n\n{one.text}", stem_of(language)
    document = Document(text, stem, title=one.title, source=one.site, tags=one.tags, topics=topics)
    return matches(query, document, stem), explain(query, document, stem)


def _why(found: tuple[Found, ...]) -> dict[str, list[str]]:
    """Return the words and places of each term of the query that was found."""
    why: dict[str, list[str]] = {}
    for one in found:
        why.setdefault(str(one.term), []).append(f"{one.words} ({one.place})")
    return why
