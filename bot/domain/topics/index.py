"""The index of all distinct queries: which of them match a document."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.spelling import Stem, beginnings
from bot.domain.topics.document import Document, Zone, forms
from bot.domain.topics.grammar import MIN_PREFIX, NAMED_FIELDS, Query, Term

# A field, and whether a form is compared with the beginnings of its words (else with words and sequences).
_Place = tuple[str, bool]
# A term prepared for matching: its place and forms, and whether it is excluded.
_Prepared = tuple[_Place, tuple[str, ...], bool]
# Size of the cache of words with their prefixes: about the vocabulary of a news site.
_REMEMBERED = 8192


class _Prefixes:
    """All prefixes that queries have in one field, and which of them a word begins with."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._lengths: dict[str, set[int]] = {}  # of forms, by their first letters
        self._known: dict[str, tuple[str, ...]] = {}

    def add(self, form: str) -> None:
        if form not in self._forms:
            self._forms.add(form)
            self._lengths.setdefault(form[:MIN_PREFIX], set()).add(len(form))
            self._known = {}

    def matched_by(self, zone: Zone) -> set[str]:
        """Return the prefixes that words of a zone begin with."""
        present, known = set(zone.words), self._known  # another thread may replace the cache
        for word in present - known.keys():
            known[word] = tuple(
                {form[:n] for form in beginnings(word) for n in self._lengths.get(form[:MIN_PREFIX], ())} & self._forms
            )
        if len(known) > _REMEMBERED:
            self._known = {}
        return set[str]().union(*map(known.__getitem__, present))


class _Under:
    """The queries under one form of one of their terms, grouped by their other terms."""

    __slots__ = ("alone", "pairs", "rest")

    def __init__(self) -> None:
        self.alone: list[int] = []  # no other term
        self.pairs: dict[str, list[int]] | None = None  # one more word or phrase, by its forms
        self.rest: list[tuple[int, tuple[_Prepared, ...]]] = []  # any other terms

    def crowd(self) -> int:
        return len(self.alone) + len(self.pairs or ()) + len(self.rest)

    def add(self, query_id: int, others: Sequence[Term], stem: Stem) -> None:
        if not others:
            self.alone.append(query_id)
        elif len(others) == 1 and not (others[0].prefix or others[0].excluded or others[0].field):
            self.pairs = self.pairs or {}
            for other in forms(others[0], stem):
                self.pairs.setdefault(other, []).append(query_id)
        else:
            prepared = tuple(((term.field, term.prefix), forms(term, stem), term.excluded) for term in others)
            self.rest.append((query_id, prepared))


class TopicIndex:
    """All distinct queries, found by the words of a document instead of one by one.

    Each alternative is filed under one of its required terms (a sequence of keys, or a prefix), the least used one so
    far. The words and sequences of a document are looked up, and the found queries are checked for their other terms.
    The cost of adding does not depend on the number of queries.
    """

    def __init__(self, stem: Stem) -> None:
        self._stem = stem
        self._known: set[int] = set()
        self._tables: dict[_Place, dict[str, _Under]] = {}
        self._lengths: dict[str, set[int]] = {"": {1}}  # of the sequences that are asked for, in words, by field
        self._prefixes: dict[str, _Prefixes] = {}  # by field

    def add(self, query_id: int, query: Query) -> None:
        """Add a query; adding it again changes nothing."""
        if query_id in self._known:
            return
        self._known.add(query_id)
        for terms in query.alternatives:
            required = [term for term in terms if not term.excluded]
            # Of terms with equally many queries, longer ones occur in fewer texts; names of lists in many.
            required.sort(key=lambda term: (term.prefix, term.field in NAMED_FIELDS, -len(str(term))))
            chosen = min(required, key=self._crowd)
            others = [term for term in terms if term is not chosen]
            table = self._tables.setdefault((chosen.field, chosen.prefix), {})
            for form in forms(chosen, self._stem):
                table.setdefault(form, _Under()).add(query_id, others, self._stem)
            for term in terms:
                if not term.prefix:
                    self._lengths.setdefault(term.field, {1}).add(len(term.words))
                    continue
                prefixes = self._prefixes.setdefault(term.field, _Prefixes())
                for form in forms(term, self._stem):
                    prefixes.add(form)

    def _crowd(self, term: Term) -> int:
        """Return the number of queries under a term."""
        table = self._tables.get((term.field, term.prefix), {})
        return sum(table[form].crowd() for form in forms(term, self._stem) if form in table)

    def match(self, document: Document) -> set[int]:
        """Return the ids of the queries that match the document."""
        present: dict[_Place, set[str]] = {
            (field, False): set[str]().union(*map(document.zone(field).sequences, lengths))
            for field, lengths in self._lengths.items()
        }
        present |= {
            (field, True): prefixes.matched_by(document.zone(field)) for field, prefixes in self._prefixes.items()
        }
        words = present["", False]
        about: set[int] = set()
        for place, table in self._tables.items():
            for under in filter(None, map(table.get, present[place])):
                about.update(under.alone)
                if under.pairs:
                    for other, ids in under.pairs.items():
                        if other in words:
                            about.update(ids)
                for query_id, others in under.rest:
                    for where, known, excluded in others:
                        if present[where].isdisjoint(known) is not excluded:
                            break
                    else:
                        about.add(query_id)
        return about
