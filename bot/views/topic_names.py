"""The names of topics as people read them."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.domain.spelling import fold
from bot.domain.topics import QueryError, base_of, excluded_words, is_strict, parse
from bot.domain.topics.curated import COUNTRIES, COUNTRY_NAMES, TOPICS
from bot.domain.topics.subscription import FollowedTopic
from bot.i18n import LANGUAGES, Translator

# A field that names a curated topic, in the normal form of a query.
_NAMED = re.compile(r"\b(topic|country|strict):(\w+)", re.IGNORECASE)
# A flag is the two letters of a country's code, as regional indicators.
_INDICATOR = 0x1F1E6 - ord("a")
FLAGS = {
    slug: "".join(chr(_INDICATOR + ord(letter)) for letter in code)
    for code, slug in COUNTRY_NAMES.items()
    if slug in COUNTRIES and len(code) == 2 and code.isascii()
}


def _name(t: Translator, slug: str) -> str:
    return t.plain(f"topics.name.{slug}")


def _width_name(t: Translator, slug: str, *, strict: bool) -> str:
    return t.plain("topics.strictly", name=_name(t, slug)) if strict else _name(t, slug)


def name_of(t: Translator, text: str, topic: str | None) -> str:
    """Return the name of a subscription: that of a curated topic with its exclusions, or the words of the query."""
    if topic in TOPICS:
        return _name(t, topic)
    base = base_of(text)
    if base is not None:
        query = parse(text, curated=True)
        name, words = _width_name(t, base, strict=is_strict(query)), ", ".join(excluded_words(query))
        return t.plain("topics.without", name=name, words=words) if words else name
    return _NAMED.sub(
        lambda found: (
            _width_name(t, found[2].lower(), strict=found[1].lower() == "strict")
            if found[2].lower() in TOPICS
            else found[0]
        ),
        text,
    )


def topic_name(t: Translator, followed: FollowedTopic) -> str:
    """Return the name of a followed topic: that of a curated one, or the words as they were typed."""
    return name_of(t, followed.words or followed.text, followed.topic)


def shown_words(t: Translator, typed: str) -> str:
    """Return typed words for a heading: as they were typed, but a curated topic by its name."""
    try:
        base = base_of(str(parse(typed)))
    except QueryError:
        base = None
    return name_of(t, str(parse(typed)), None) if base is not None else typed


def example_beside(t: Translator, excluded: str) -> str:
    """Return a word for an example that is another one than an excluded word."""
    words = (t.plain("topics.example"), t.plain("topics.other_example"))
    return next(word for word in words if word != fold(excluded).strip('-"'))


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return the names of curated topics in every shipped language, normalized, with their slugs."""
    return {fold(_name(Translator(language), slug)): slug for slug in TOPICS for language in LANGUAGES}
