"""Corrections: the sentence that one with misspelt words was meant to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.domain.intents.model import Correction, Intent, IntentKind
from bot.domain.intents.offer_corrections import where_to_deal
from bot.domain.intents.offer_rules import others
from bot.domain.intents.sentence import PADDING, Sentence, sentence_from
from bot.domain.mistyped import errors, nearest_word
from bot.domain.spelling import fold
from bot.domain.tokens import JOINTS, Token, joined, kinds, pieces_of
from bot.domain.vocabulary import code_of, meaning_of

# A sentence with more unknown words than this is not about a misspelt currency.
_MAX_CORRECTED = 3
# Intents of which one is likelier than another if all its words are known.
_FAMILIES = (
    frozenset(IntentKind) - {IntentKind.NEWS, IntentKind.SEARCH, IntentKind.GREETING, IntentKind.THANKS},
    frozenset((IntentKind.GREETING, IntentKind.THANKS, IntentKind.HELP, IntentKind.MENU)),
)
_MONEY = _FAMILIES[0] - {IntentKind.HELP, IntentKind.MENU, IntentKind.NUMBER, IntentKind.UNKNOWN}
# Intents for which an error of typing in a lone word is corrected only if the word is this long.
_CERTAIN_LENGTH = 5
# A currency of so many letters may have any error, in its first letter too.
_LONG = 6
# Kinds of the words before `news`.
_LEADING = (PADDING | kinds("last all")) - {"fresh"}
# Kinds of words that a question for a price has, whatever the price is of.
_PRICES = ("howmuch", "price", "cost", "when", "quantity")
# In a sentence of so few words, only words with these meanings are corrected for what the other word is.
_SHORT, _SUBJECTS = 2, ("currency", "rate", "howmuch", "price", "cost", "chart", "people")
# Kinds that are not corrected beside a currency: those of a conversation, and further ones in its only other word.
_TALK = kinds("greeting thanks help search")
_UNAPT = kinds("number times reach last month unit qualifier official banks channel place city people extreme tell")
# The words of a sentence at whose end a misspelt `news` is one: `уран новсти`.
_HEADLESS, _NEWS_LENGTH = 3, 6

Rules = Callable[[Sentence], Intent | None]


def corrected(sentence: Sentence, found: Intent | None, rules: Rules) -> Intent | None:
    """Return the intent of a sentence whose unknown words are misspelt ones, or None if they are not.

    `found` is its intent as typed, `rules` return the intent of a sentence.
    """
    if len(sentence.unknown) > _MAX_CORRECTED and found is None:
        return None
    mended, corrections = _mended(sentence, beside=False)
    intent = rules(mended) if mended is not None else None
    if intent is not None and mended is not None and intent.kind is IntentKind.BANKS and not others(mended):
        return replace(intent, corrections=tuple(corrections))
    if found is None and (offer := where_to_deal(sentence, rules)) is not None:
        return offer
    likely = mended is not None and intent is not None and _fits(sentence, mended, found, intent, corrections)
    if not likely or (mended is not None and mended.unknown):
        about_money, more = _about_money(sentence, rules)
        if about_money is not None:
            return replace(about_money, corrections=tuple(more))
    return replace(intent, corrections=tuple(corrections)) if intent is not None and likely else None


def _about_money(sentence: Sentence, rules: Rules) -> tuple[Intent | None, list[Correction]]:
    """Return the intent of a sentence about money with less likely errors of typing, and its corrections."""
    if not _is_about_money(sentence) and not sentence.has(*_PRICES):
        return None, []
    mended, corrections = _mended(sentence, beside=True)
    if mended is None or _is_past(sentence, mended, corrections):
        return None, []
    intent = rules(mended)
    if intent is None or intent.problem is not None or intent.kind not in _MONEY:
        return None, []
    if mended.unknown and (intent.alert is None or not mended.has("when")):
        return None, []
    if not (_is_about_money(sentence) or _is_price(mended, corrections)):
        return None, []
    return intent, corrections


def _mended(sentence: Sentence, *, beside: bool) -> tuple[Sentence | None, list[Correction]]:
    """Return the sentence with its misspelt words corrected, None if there are none, and the corrections to report."""
    language = sentence.language
    places = {token.start for token in sentence.unknown}
    corrections, changed, pieces = list[Correction](), False, pieces_of(sentence.text, language)
    for place, piece in enumerate(pieces):
        if piece.start not in places:
            continue
        is_edge = not beside and _is_beside_news(sentence, piece)
        near = nearest_word(fold(piece.text), language, beside or is_edge)
        if is_edge and near is not None and meaning_of(near, language) not in ("about", "filler", "filler:sell"):
            near = nearest_word(fold(piece.text), language)
        if near is not None and (_is_meant(sentence, piece, near) if beside else _is_apt(sentence, piece, near)):
            pieces[place], changed = replace(piece, text=near, meaning=meaning_of(near, language)), True
            if pieces[place].kind not in ("filler", ""):
                corrections.append(Correction(piece.text, near))
    if not changed:
        return None, corrections
    mended = sentence_from(sentence.text, joined(pieces, language), sentence.person)
    return (None if mended.unknown == sentence.unknown else mended), corrections


def _is_beside_news(sentence: Sentence, piece: Token) -> bool:
    """Return whether a word is right after `news`, or before it and the first one."""
    tokens = sentence.tokens
    place = next(place for place, token in enumerate(tokens) if token.end > piece.start)
    before = tokens[place - 1].kind if place else ""
    return before == "news" or (not place and len(tokens) > 1 and tokens[1].kind == "news")


def _is_apt(sentence: Sentence, piece: Token, near: str) -> bool:
    """Return whether a misspelt word is one that people type beside a lone currency: `доллар сегоня`."""
    kind = meaning_of(near, sentence.language).partition(":")[0]
    if sentence.codes and kind in _TALK:
        return False
    is_amount = kind in ("number", "times") and sentence.tokens[0].start == piece.start
    return not sentence.codes or len(sentence.tokens) > _SHORT or kind not in _UNAPT or is_amount


def _is_meant(sentence: Sentence, piece: Token, near: str) -> bool:
    """Return whether a word is likely a misspelt one in a sentence about money.

    A word with another meaning is one after a preposition (`5000 сомони в рулях`) or if it is a chart (`rub tjs char`);
    beside `курс` only if it is a currency: `почему` is not `почем` there.
    """
    kind = meaning_of(near, sentence.language).partition(":")[0]
    if piece.kind == "ordinary" and not (sentence.has("rate") and kind == "currency"):
        tokens = sentence.tokens
        is_target = any(after.start == piece.start and before.kind in JOINTS for before, after in pairwise(tokens))
        return bool(sentence.codes) and (is_target or kind == "chart")
    if len(sentence.tokens) > _SHORT:
        return True
    word = fold(piece.text)
    is_begun_so = near[0] == word[0] or len(near) != len(word) or sorted(near) == sorted(word) or len(near) >= _LONG
    return kind in _SUBJECTS and is_begun_so and errors(word, near) == 1


def _is_about_money(sentence: Sentence) -> bool:
    """Return whether the known words make a sentence one about money, whatever the others are."""
    has = sentence.has
    if has("news", "search") or len(sentence.unknown) > 2:
        return False
    if sentence.codes or has("rate", "convert", "chart"):
        return True
    return bool(sentence.numbers) and has("when", "above", "below")


def _is_price(mended: Sentence, corrections: Sequence[Correction]) -> bool:
    """Return whether a question for a price is corrected to one for a currency: `how much is the uollar`."""
    return mended.has(*_PRICES) and any(
        code_of(one.meant) and min(len(one.typed), len(one.meant)) >= _LONG for one in corrections
    )


def _fits(
    typed: Sentence, mended: Sentence, found: Intent | None, intent: Intent, corrections: Sequence[Correction]
) -> bool:
    """Return whether the corrected sentence is likelier than the one as it is typed."""
    if intent.kind is IntentKind.NEWS:
        return not mended.unknown or _is_headed(typed, mended, found)
    if typed.has("search", "news"):
        return False
    if mended.unknown:
        return found is not None and found.kind is intent.kind and len(mended.unknown) < len(typed.unknown)
    if _is_past(typed, mended, corrections):
        return False
    if found is not None and found.problem is None:
        return any({found.kind, intent.kind} <= family for family in _FAMILIES)
    if len(typed.tokens) > 1:
        return True
    word, meant = fold(typed.tokens[0].text), corrections[0].meant if corrections else ""
    return max(len(word), len(meant)) >= _CERTAIN_LENGTH or sorted(word) == sorted(meant)


def _is_past(typed: Sentence, mended: Sentence, corrections: Sequence[Correction]) -> bool:
    """Return whether a corrected side is of a rate that fell, not of an alert."""
    sides = any(meaning_of(one.meant, typed.language) in ("above", "below") for one in corrections)
    return sides and not (mended.has("when", "alert") or (mended.numbers and mended.codes))


def _is_headed(typed: Sentence, mended: Sentence, found: Intent | None) -> bool:
    """Return whether the misspelt words are those around the words of the news: `новсти про газ`, `latest nwes`."""
    unknown = {token.start for token in typed.unknown} - {token.start for token in mended.unknown}
    if found is not None and found.kind is IntentKind.NEWS:
        first = min(token.start for token in mended.unknown)
        return all(start < first for start in unknown)
    head = next((token for token in mended.tokens if token.kind not in _LEADING), None)
    if head is not None and head.kind in ("news", "fresh", "place") and unknown:
        return True
    last = mended.tokens[-1]
    return (
        last.kind == "news"
        and last.start in unknown
        and len(last.text) >= _NEWS_LENGTH
        and len(typed.tokens) <= _HEADLESS
    )
