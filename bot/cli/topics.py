"""`jarchi topics`: the curated topics of articles, and how good their word lists are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from bot.cli.articles import FILE, articles, printable, valid_articles
from bot.cli.output import json_option, named_bars, print_json
from bot.cli.running import fail, open_database, run_or_fail, settings_or_fail

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.topics.classify import Classifier
    from bot.domain.topics.lists import TopicLists
    from bot.domain.topics.matched import TopicMatch
    from bot.domain.topics.measuring import Labelled, Score
    from bot.ingest.topic_rebuild import Rebuilt

_LISTS = click.option(
    "--lists",
    type=click.Path(exists=True, dir_okay=False),
    help="The word lists to use; else those of TOPICS_FILE, else the shipped ones.",
)


class _FileOrCommand(click.Group):
    """A group whose first argument may also be a file: it is classified."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command's name before the arguments where they name none."""
        if args and args[0] not in self.commands and not {"-h", "--help"} & {*args[:1]}:
            args = ["classify", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FileOrCommand)
def topics() -> None:
    """The curated topics of articles: `jarchi topics [--json] FILE`, or one of the commands below.

    FILE (`-`: standard input) has one JSON object a line: title, and perhaps lead, text, lang, site (a host's name) and
    categories. Each line of the output names the topics of one article and the words that show them.
    """


@topics.command(hidden=True)
@json_option("One JSON object a line, as where the output is no terminal: title, topics, and why (topic to words).")
@_LISTS
@click.argument("file", type=FILE)
def classify(as_json: bool, lists: str | None, file: str) -> None:
    """Print the topics of each article of FILE."""
    classifier = _classifier(lists)
    as_json = as_json or not sys.stdout.isatty()
    for one in valid_articles(file, as_json=as_json):
        matches = one.classified_by(classifier)
        if as_json:
            print_json({"title": one.title, "topics": [m.topic for m in matches], "why": dict(map(_why, matches))})
        else:
            named = "; ".join(f"{topic}: {', '.join(words)}" for topic, words in map(_why, matches))
            click.echo(f"{printable(one.title)}\n    {printable(named) or 'no topic'}")


def _why(match: TopicMatch) -> tuple[str, list[str]]:
    return match.topic, [f"{reason.words} ({reason.place})" for reason in match.reasons]


@topics.command()
@json_option("One JSON object: precision, recall and musts by topic and group, and the errors.")
@click.option("--titles", is_flag=True, help="Judge the titles alone, without leads and tags.")
@_LISTS
@click.argument("file", type=FILE, nargs=-1, required=True)
def measure(as_json: bool, titles: bool, lists: str | None, file: tuple[str, ...]) -> None:
    """Print precision and recall of the lists on labelled articles, and the errors.

    Each line of FILE is an article as for `jarchi topics`, with must and may: {"countries": […], "themes": […]}. Topics
    of `may` count neither way; nor do those of not_in_title where there is no lead.
    """
    from bot.domain.topics.measuring import measure as measured

    labelled = _labelled(file, titles=titles)
    classifier = _classifier(lists)
    groups = {"all": labelled}
    for language, name in (("en", "English"), ("ru", "Russian")):
        groups[name] = [one for one in labelled if one.language == language]
    scores = {name: measured(group, classifier) for name, group in groups.items() if group}
    if as_json:
        print_json({name: _json_of(score) for name, score in scores.items()})
        return
    _print_scores(scores, {name: len(groups[name]) for name in scores})
    for fault in scores["all"].faults:
        words = f" [{printable(fault.words)}]" if fault.wrongly else ""
        click.echo(f"{'wrongly' if fault.wrongly else 'missed'} {fault.topic}: {printable(fault.title)}{words}")


def _json_of(score: Score) -> dict[str, Any]:
    from bot.domain.topics.measuring import GROUPS

    rows: dict[str, Any] = {
        name: {
            "precision": round(score.precision(which), 3),
            "recall": round(score.recall(which), 3),
            "musts": score.musts(which),
        }
        for name, which in GROUPS.items()
    }
    return rows | {"errors": [fault._asdict() for fault in score.faults]}


def _print_scores(scores: dict[str, Score], counts: dict[str, int]) -> None:
    from bot.domain.topics.measuring import GROUPS

    heads = "".join(f"{f'{name} ({counts[name]})':>26}" for name in scores)
    click.echo(f"{'':14}{heads}\n{'':14}" + f"{'precision  recall  musts':>26}" * len(scores))
    for name, which in GROUPS.items():
        columns = "".join(
            f"{score.precision(which):11.3f}{score.recall(which):8.3f}{score.musts(which):7}"
            for score in scores.values()
        )
        click.echo(f"{name:14}{columns}")


@topics.command()
@_LISTS
@click.argument("file", type=FILE, nargs=-1, required=True)
def suggest(lists: str | None, file: tuple[str, ...]) -> None:
    """Print words of labelled titles that would fix misses, and listed words that match wrongly.

    FILE is as for `measure`. Read each word before it is listed: a word may be right by chance.
    """
    from bot.domain.topics.measuring import suggest as suggested
    from bot.domain.topics.measuring import wrong_words
    from storage.stems import stem

    labelled, classifier = _labelled(file, titles=False), _classifier(lists)
    for one in suggested(labelled, classifier, stem):
        click.echo(f"{one.topic}.{one.kind}: {one.word} (would fix {one.missed}; right in {one.right} of {one.titles})")
    for wrong in wrong_words(labelled, classifier):
        click.echo(f"{wrong.topic}: {wrong.words} is wrong in {wrong.wrong}, right in {wrong.right}")


@topics.command()
@_LISTS
def check(lists: str | None) -> None:
    """Check the word lists, and print their version and the words that several themes have."""
    from bot.domain.topics.curated import TOPICS
    from bot.domain.topics.lists import KINDS

    read = _lists(lists)
    count = sum(len(read.terms(topic, kind)) for topic in TOPICS for kind in KINDS)
    click.echo(f"{count} words for {len(TOPICS)} topics, version {read.version}")
    for text, themes in sorted(read.shared().items()):
        click.echo(f"in several themes: {text} ({', '.join(themes)})")


@topics.command()
def rebuild() -> None:
    """Classify the archive again where its topics are by other lists. Nobody is sent anything.

    The bot may run meanwhile; an interrupted rebuild is continued by the next one.
    """
    done = run_or_fail(_rebuild(settings_or_fail(log_level="WARNING")))
    click.echo(
        f"{done.articles} articles classified again, {done.changed} of them have other topics; "
        f"{done.added} matches added, {done.removed} removed"
    )


async def _rebuild(settings: Settings) -> Rebuilt:
    from bot.app.parts import make_matcher
    from bot.ingest.topic_rebuild import rebuild as rebuilt
    from storage.migrate import require_current

    async with open_database(settings, migrate=False) as database:
        await require_current(database)
        with named_bars() as draw:
            return await rebuilt(database, make_matcher(settings), lambda done, total: draw("articles", done, total))


def _classifier(lists: str | None) -> Classifier:
    from bot.domain.topics.classify import Classifier
    from storage.stems import stem_of

    return Classifier(_lists(lists), stem_of)


def _lists(lists: str | None) -> TopicLists:
    from pathlib import Path

    from bot.domain.topics.lists import ListsError, read_lists, shipped_lists

    path = lists or settings_or_fail(log_level="WARNING").topics_file
    try:
        return read_lists(Path(path)) if path else shipped_lists()
    except ListsError as error:
        fail(str(error), 2)


def _labelled(files: tuple[str, ...], *, titles: bool) -> list[Labelled]:
    from dataclasses import replace

    found = []
    for file in files:
        for number, one, error in articles(file):
            if one is None:
                fail(f"{file}:{number}: {error}", 2)
            found.append(replace(one, lead="", text="", tags=()) if titles else one)
    if not found:
        fail(f"{', '.join(files)}: no articles", 2)
    return found
