"""The rules for news, searches, and the words of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.sentence import Sentence
from bot.domain.languages import BY_COUNTRY, language_of
from bot.domain.spelling import fold
from bot.domain.tokens import QUALIFIERS, Token, kinds
from bot.domain.vocabulary import meaning_of

# The longest query that is taken from a sentence, in characters.
MAX_QUERY_LENGTH = 100
# Kinds that are no part of a query at its ends.
_NEWS_EDGES = kinds(
    "news fresh about into by per and from of filler greeting thanks last search tell follow much command alert "
    "howmuch price all switch unit yesterday"
)
_SEARCH_EDGES = kinds("search follow greeting thanks tell")
_ASKED_EDGES = _SEARCH_EDGES | kinds("alert when about filler by per of into switch")
# Kinds of words that say nothing without others.
_NOTHING = kinds("quantity when howmuch price ago unit last switch yesterday")
# The tokens of a sentence that is about nothing but the country in it.
_SHORT = 3
# Shorter names of languages are also codes of countries and their money.
_SHORTEST_LANGUAGE = 5
# The languages whose verb is the last word of a sentence.
_VERB_LAST = frozenset(("kk", "ky", "uz", "uz_cyrl", "tg", "tk"))
_POLITE = frozenset(("please", "pls", "plz", "пожалуйста", "пж", "пжл", "плиз", "бот", "bot", "мне", "me"))


def news(sentence: Sentence) -> Intent | None:
    """Return the intent of news: named, with the words that they shall be about, or a country alone."""
    if sentence.tokens[0].meaning == _UNFOLLOW:
        return None
    if sentence.has("news"):
        if language := _language(sentence):
            return Intent(IntentKind.NEWS, language=language)
        query = query_of(sentence, _is_news_edge)
        return Intent(IntentKind.NEWS, query=query, command=_following(sentence, query))
    if sentence.has("fresh") and _is_about(sentence):
        return Intent(IntentKind.NEWS, query=query_of(sentence, _is_news_edge))
    if sentence.has("fresh") and not sentence.unknown and sentence.only("fresh", "place", "unit"):
        return Intent(IntentKind.NEWS, query=query_of(sentence, _is_news_edge))
    places = [token for token in sentence.places if token.kind == "place"]
    if (
        len(places) == 1
        and len(sentence.tokens) <= _SHORT
        and not sentence.has(*QUALIFIERS)
        and not sentence.unknown
        and sentence.only("place", "about")
    ):
        return Intent(IntentKind.NEWS, query=query_of(sentence, _is_news_edge))
    return None


def _language(sentence: Sentence) -> str:
    """Return the language that news are asked for in (`news in russian`, `rus tilida yangiliklar`), or nothing."""
    for spoken, named in pairwise(sentence.tokens):
        if spoken.kind == "people" and named.meaning == "command:language" and len(sentence.tokens) <= _SHORT:
            return language_named(spoken)
    rest = [token for token in sentence.tokens if not _is_news_edge(token) or token.kind in ("into", "by")]
    if len(rest) != 2 or rest[0].kind not in ("into", "by") or rest[1].kind == "place":
        return ""
    return language_named(rest[1])


def language_named(token: Token) -> str:
    """Return the code of the language that a word names, or an empty text: `русском`, `kazakh`, `qazaqsha`.

    A short name (`kz`) is that of money or of a country.
    """
    if len(token.text) >= _SHORTEST_LANGUAGE and (language := language_of(token.text)):
        return language
    meaning = token.meaning if token.kind == "people" else meaning_of(fold(token.text))
    kind, _, country = meaning.partition(":")
    return BY_COUNTRY.get(country, "") if kind == "people" else ""


def _is_about(sentence: Sentence) -> bool:
    """Return whether a sentence begins like `latest on uranium`."""
    first = [token.kind for token in sentence.tokens[:2]]
    return len(first) == 2 and first[0] == "fresh" and first[1] in ("about", "from", "by", "switch", "into")


def _is_news_edge(token: Token) -> bool:
    return token.kind in _NEWS_EDGES


def search(sentence: Sentence) -> Intent | None:
    """Return the intent of a search for the words of a sentence; None if they have no meaning together."""
    asked = sentence.has("search", "follow", "alert") or _is_about_words(sentence)
    if not asked and not sentence.unknown and not sentence.has(*QUALIFIERS) and sentence.only(*_NOTHING):
        return None

    def is_edge(token: Token) -> bool:
        return token.kind in (_ASKED_EDGES if asked else _SEARCH_EDGES) or token.text.casefold() in _POLITE

    query = query_of(sentence, is_edge)
    return Intent(IntentKind.SEARCH, query=query, command=_following(sentence, query))


def _following(sentence: Sentence, query: str) -> str:
    """Return the command of a sentence like `подпишись на уран` or `уранға жазылу`, or an empty text."""
    words = [token.kind for token in sentence.tokens if token.kind not in ("filler", "greeting")]
    verbs = words[:1] + (words[-1:] if _ends_with_verb(sentence) else [])
    return "subscribe" if query and "follow" in verbs else ""


def _ends_with_verb(sentence: Sentence) -> bool:
    """Return whether the sentences of the chat's language end with their verb."""
    return sentence.language in _VERB_LAST


def _is_about_words(sentence: Sentence) -> bool:
    """Return whether a sentence begins like `расскажи про уран`, or ends like `uran haqida ayt`."""
    words = [token.kind for token in sentence.tokens]
    if _ends_with_verb(sentence) and [kind for kind in words if kind not in ("filler", "tell")][-1:] == ["about"]:
        return True
    start = next((place for place, kind in enumerate(words) if kind not in ("filler", "tell", "greeting")), 0)
    return words[start : start + 1] == ["about"]


def query_of(sentence: Sentence, is_edge: Callable[[Token], bool]) -> str:
    """Return the text without the words at its ends that are not searched for, in the person's spelling."""
    tokens = list(sentence.tokens)
    while tokens and is_edge(tokens[0]):
        del tokens[0]
    while tokens and is_edge(tokens[-1]):
        del tokens[-1]
    if not tokens:
        return ""
    start, end = tokens[0].start, tokens[-1].end
    text = sentence.text
    # Quotation marks and the minus of a search belong to the word beside them.
    start -= start > 0 and text[start - 1] in '"«“„-'
    end += end < len(text) and text[end] in '"»”“*'
    return text[start:end].strip()[:MAX_QUERY_LENGTH].strip()


# Kinds of the words of a conversation.
_UNFOLLOW = "command:unsubscribe"
_DIGEST = kinds("command rate currency news quantity unit switch delete all")
_TALK = kinds("help menu greeting thanks command howmuch price all when")


def talk(sentence: Sentence) -> Intent | None:
    """Return the intent of a conversation's words: help, the menu, another command, a greeting, thanks."""
    named = next((token for token in sentence.tokens if token.kind in ("help", "menu", "command")), None)
    is_thanks = bool(sentence.tokens) and sentence.tokens[0].kind == "thanks"
    if named is not None and named.meaning == _UNFOLLOW and sentence.tokens[0] == named:
        return Intent(IntentKind.MENU, command="unsubscribe")
    if named is not None and named.meaning == "command:digest" and sentence.only(*_DIGEST):
        return Intent(IntentKind.MENU, command="digest")
    if named is not None and not sentence.unknown and not is_thanks and sentence.only(*_TALK):
        if named.kind == "command":
            return Intent(IntentKind.MENU, command=named.meaning.partition(":")[2])
        return Intent(IntentKind(named.kind))
    first = next((token for token in sentence.tokens if token.kind in ("greeting", "thanks")), None)
    if first is None or not sentence.only("unit", "help", "") or len(sentence.unknown) > 1 or len(sentence.tokens) > 6:
        return None
    if sentence.unknown and first != sentence.tokens[0]:
        return None
    thanks = sentence.has("thanks") and not sentence.has("greeting")
    return Intent(IntentKind.THANKS if thanks else IntentKind.GREETING)
