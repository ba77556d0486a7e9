import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.spelling import fold, in_one_alphabet, words
from bot.domain.topics import (
    MAX_QUERY_LENGTH,
    MAX_TERMS,
    Document,
    Query,
    QueryError,
    Term,
    TopicIndex,
    explain,
    matches,
    parse,
)
from bot.domain.topics.matched import Reason, TopicMatch
from storage.stems import stem

# Few distinct words, so that queries and texts meet often; forms of one stem, accents and both alphabets among them.
WORDS = (
    "oil", "turmoil", "reactor", "reactors", "rail", "railway", "Kazakhstan", "Kazakhstan’s", "уран", "урана", "ёлка",
    "Erdoğan", "so‘m",
)  # fmt: skip
PLAIN_TERMS = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda parts: f'"{" ".join(parts)}"'),
    st.sampled_from(WORDS).map(lambda word: word[:4] + "*" if len(words(word[:4])[0]) >= 3 else word),
)
NAMES = ("country:kz", "country:узбекистан", "topic:energy", "topic:water", "strict:energy", "strict:kz")
TERMS = st.one_of(
    PLAIN_TERMS,
    st.builds("{}:{}".format, st.sampled_from(("title", "source", "tag", "заголовок")), PLAIN_TERMS),
    st.sampled_from(NAMES),
)
ALTERNATIVES = st.builds(
    lambda first, required, excluded: [first, *required, *(f"-{term}" for term in excluded)],
    TERMS,
    st.lists(TERMS, max_size=2),
    st.lists(TERMS, max_size=1),
)
QUERIES = st.lists(ALTERNATIVES, min_size=1, max_size=3)
TEXTS = st.lists(st.sampled_from((*WORDS, "and", "—", ".")), max_size=30).map(" ".join)
SHORT = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
DOCUMENTS = st.builds(
    lambda text, title, source, tags, topics: Document(
        text, stem, title=title, source=source, tags=tags, topics=topics
    ),
    TEXTS,
    SHORT,
    SHORT,
    st.lists(SHORT, max_size=2),
    st.lists(
        st.builds(
            TopicMatch,
            st.sampled_from(("kazakhstan", "uzbekistan", "china", "energy", "water")),
            st.integers(2, 4),
            st.just((Reason("oil", "title"), Reason("gas", "lead"))),
        ),
        unique_by=lambda one: one.topic,
    ),
)


def typed(query: list[list[str]]) -> str:
    return " OR ".join(" ".join(terms) for terms in query)


def parsed(text: str) -> Query | None:
    """The query, or None for what the rules refuse: anything but a QueryError is a fault."""
    try:
        return parse(text)
    except QueryError:
        return None


def about(query: str, text: str) -> bool:
    return matches(parse(query), Document(text, stem), stem)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("reactors", "A new reactor was started"),
        ("reactor", "Two REACTORS were started"),
        ("tokayev", "Tokayev’s visit"),
        ("kazakhstan nuclear", "Nuclear power returns to Kazakhstan"),
        ('"caspian pipeline"', "The Caspian Pipeline Consortium"),
        ("rail*", "A railway opens"),
        ("tokayev OR токаев", "Президент Токаев прибыл"),
        ("реактор", "Два реактора и новые реакторы"),
        ("oil -price", "Oil flows again"),
        ("елка", "Новогодняя ёлка"),
        ("erdogan", "Erdoğan in Astana"),
        ("so'm", "The soʻm rose"),
        ("som", "The so‘m rose"),
        ("„middle corridor“", "Trade on the Middle Corridor"),
        ("u-235", "Enriched U-235 was shipped"),
    ],
)
def test_a_text_is_about(query: str, text: str) -> None:
    assert about(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("oil", "The market was in turmoil"),
        ("kazakhstan nuclear", "Kazakhstan votes"),
        ('"caspian pipeline"', "A pipeline under the Caspian"),
        ("rail*", "A new trail"),
        ("oil -price", "Oil prices rise"),
        ("uranium", ""),
    ],
)
def test_a_text_is_not_about(query: str, text: str) -> None:
    assert not about(query, text)


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ("  Nuclear   KAZAKHSTAN ", "kazakhstan nuclear"),
        ("uranium uranium", "uranium"),
        ("b или a | b", "a OR b"),
        ("«Middle  Corridor» -Price", '"middle corridor" -price'),
        ('foo"bar baz"', '"bar baz" foo'),
        ("oil-price", '"oil price"'),
        ('"or"', '"or"'),
        ("u-boat*", '"u boat"'),
        ("İstanbul ℌ ½", '"1 2" h istanbul'),
        ("gas|oil", "gas OR oil"),
        ("TITLE:Uranium заголовок:«Middle Corridor»", 'title:"middle corridor" title:uranium'),
        ("title: rail* -source:tca", "title:rail* -source:tca"),
        ("title:-oil gas", "gas -title:oil"),
        ('tag:"or"', 'tag:"or"'),
        ("страна:Казахстан тема:energy", "country:kazakhstan topic:energy"),
        ("строго:Energy -strict:KZ", "strict:energy -strict:kazakhstan"),
        ("country:kz|country:UZ", "country:kazakhstan OR country:uzbekistan"),
        ("Aral: water", "aral water"),
        ("12:30 train", '"12 30" train'),
    ],
)
def test_equal_queries_have_one_normal_form(query: str, normal: str) -> None:
    assert str(parse(query)) == normal


@pytest.mark.parametrize(
    ("query", "key", "at"),
    [
        ("", "topics.error.empty", ""),
        ("!!! *", "topics.error.empty", ""),
        ("a" * (MAX_QUERY_LENGTH + 1), "topics.error.long", ""),
        (" ".join(f"{n}-{n}" for n in "abcdefghijklmnopqr") + " x" + "y" * 100, "topics.error.long", ""),
        ('oil "middle corridor', "topics.error.quote", '"middle corridor'),
        (" ".join(f"a{n}" for n in range(MAX_TERMS + 1)), "topics.error.terms", "a20"),
        ("ab*", "topics.error.prefix", "ab*"),
        ('"a b c d e f g"', "topics.error.phrase", "a b c d e f g"),
        ("oil OR", "topics.error.or", "OR"),
        ("OR oil", "topics.error.or", "OR"),
        ("oil | | gas", "topics.error.or", "|"),
        ("-oil", "topics.error.exclusions", "-oil"),
        ("gas OR -oil", "topics.error.exclusions", "-oil"),
        ("gas | -title:Oil", "topics.error.exclusions", "-title:oil"),
        ("oil titel:gas", "topics.error.field", "titel:"),
        ("oil title:", "topics.error.nothing", "title:"),
        ("title: OR oil", "topics.error.nothing", "title:"),
        ("заголовок:!!", "topics.error.nothing", "заголовок:"),
        ("country:atlantis", "topics.error.country", "atlantis"),
        ("topic:gossip", "topics.error.topic", "gossip"),
        ("strict:gossip", "topics.error.topic", "gossip"),
        ("title:ab*", "topics.error.prefix", "ab*"),
    ],
)
def test_what_cannot_be_understood_is_explained(query: str, key: str, at: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.key, caught.value.at) == (key, at)


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("oil «gas» “open", 10),
        ("oil OR gas OR", 11),
        ("oil || gas", 5),
        ("uranium -oil OR   ab*", 18),
        ("gas OR -oil", 7),
        ("oil -titel:gas", 4),
        ("oil country:atlantis", 4),
    ],
)
def test_an_error_points_at_its_place(query: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.text, caught.value.position) == (query, position)


@given(st.one_of(QUERIES.map(typed), st.text(max_size=MAX_QUERY_LENGTH)))
@example('"or"')
@example('-"или" gas')
@example("ŉ")
@example("ℌ")
def test_the_normal_form_reads_as_the_same_query_and_is_never_too_long(text: str) -> None:
    query = parsed(text)
    if query is not None:
        assert parse(str(query)) == query
        assert len(str(query)) <= MAX_QUERY_LENGTH


@pytest.mark.parametrize(
    ("text", "expected"), [("МОЙ ЎЗБЕК", "мой ўзбек"), ("Ёлка", "елка"), ("Erdoğan", "erdogan"), ("Oʻz", "o'z")]
)
def test_folding_keeps_letters_and_drops_accents(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(QUERIES, st.randoms(use_true_random=False))
def test_case_spacing_and_order_do_not_matter(query: list[list[str]], random: object) -> None:
    other = [[term.upper() for term in terms] for terms in query]
    for terms in other:
        random.shuffle(terms)  # type: ignore[attr-defined]
    random.shuffle(other)  # type: ignore[attr-defined]
    again = "  OR\n".join("   ".join(terms) for terms in other)
    if max(len(again), len(typed(query))) + 2 * sum(map(len, query)) <= MAX_QUERY_LENGTH:
        assert parse(again) == parse(typed(query))


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("nuclear water", [("nuclear", "title"), ("water", "text")]),
        ("dams OR plants", [("plant", "title")]),
        ('"middle corridors" oil -gold', [("middle corridor", "tag"), ("oil", "text")]),
        ("nucl* source:timesca", [("nuclear", "title"), ("timesca", "source")]),
        ("country:kz", [("astana", "lead"), ("timesca.com", "home")]),
        ("strict:nuclear -topic:energy", [("nuclear plant", "title"), ("nuclear energy", "tag")]),
        ("topic:nuclear water", [("nuclear plant", "title"), ("nuclear energy", "tag"), ("water", "text")]),
        ("strict:kz", []),
        ("gold", []),
        ("dam -water", []),
    ],
)
def test_a_match_is_explained(query: str, reasons: list[tuple[str, str]]) -> None:
    assert [(one.words, one.place) for one in explain(parse(query), ARTICLE, stem)] == reasons


@given(QUERIES.map(typed).filter(lambda text: len(text) < 150), DOCUMENTS)
def test_what_matches_is_explained_and_nothing_else(text: str, document: Document) -> None:
    query = parse(text)
    found = explain(query, document, stem)
    assert bool(found) == matches(query, document, stem)
    if found:
        required = {tuple(term for term in terms if not term.excluded) for terms in query.alternatives}
        assert tuple(dict.fromkeys(one.term for one in found)) in required  # a topic has a reason for each sign
        assert all(one.words for one in found)


@given(st.lists(QUERIES.map(typed).filter(lambda text: len(text) < 150), max_size=8), DOCUMENTS)
def test_the_index_agrees_with_the_plain_rule(texts: list[str], document: Document) -> None:
    queries = dict(enumerate(map(parse, texts)))
    index = TopicIndex(stem)
    for number, query in queries.items():
        index.add(number, query)
    assert index.match(document) == {number for number, query in queries.items() if matches(query, document, stem)}


ARTICLE = Document(
    "The dam above Osh holds water. Oil is dear.",
    stem,
    title="Nuclear plant chosen",
    source="timesca.com",
    tags=("Business", "Middle Corridor"),
    topics=(
        TopicMatch("kazakhstan", 2, (Reason("astana", "lead"), Reason("timesca.com", "home"))),
        TopicMatch("nuclear", 4, (Reason("nuclear plant", "title"), Reason("nuclear energy", "tag"))),
    ),
)


@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("nuclear water corridor", True),
        ("title:plants", True),
        ("title:nucl*", True),
        ('title:"nuclear plant"', True),
        ("title:water", False),
        ("water -title:dam", True),
        ("water -title:plant", False),
        ("source:timesca", True),
        ("timesca", False),
        ('tag:"middle corridor"', True),
        ('tag:"business middle"', False),
        ('"chosen business"', False),
        ("country:kz oil", True),
        ("country:uz | country:cn", False),
        ("topic:nuclear -topic:energy", True),
        ("strict:nuclear country:kz", True),
        ("strict:kz", False),
        ("topic:kazakhstan -strict:kz", True),
        ("country:kz -strict:nuclear", False),
    ],
)
def test_a_field_is_asked_by_itself(query: str, about: bool) -> None:
    assert matches(parse(query), ARTICLE, stem) is about


@pytest.mark.parametrize(
    "query",
    [
        "kazakh* OR astana OR almaty OR tokayev OR казах* OR токаев*",
        '"exchange rate" OR currency OR devaluation OR tenge -title',
        'rail* -"oil price" OR uranium',
        '"or" som -"или"',
        "тоқаев сўм қазақстан* title",
    ],
)
def test_queries_stored_by_earlier_versions_are_read_as_they_were(query: str) -> None:
    normal = str(parse(query))
    assert ":" not in normal
    assert {term for terms in normal.split(" OR ") for term in terms.split()} == {
        term for terms in query.split(" OR ") for term in terms.split()
    }


@pytest.mark.parametrize(
    "query",
    [
        "(" * 190,
        '"' * 100,
        "-" * 190 + "oil",
        "a:" * 90,
        "*" * 190,
        "|" * 190,
        "title:" * 30,
        "🙂 \u202eoil\u200f",
        "(a+)+$" * 30,
    ],
)
def test_hostile_queries_are_read_or_refused(query: str) -> None:
    found = parsed(query)
    assert found is None or parse(str(found)) == found


def test_a_long_query_is_refused_unless_it_was_reviewed() -> None:
    query = " OR ".join(f"word{n}" for n in range(100))
    assert parsed(query) is None
    assert len(parse(query, curated=True).alternatives) == 100


def test_adding_a_query_again_changes_nothing() -> None:
    index = TopicIndex(stem)
    index.add(7, parse("uranium"))
    index.add(7, parse("uranium"))
    assert index.match(Document("Uranium is mined", stem)) == {7}


def test_a_query_is_alternatives_of_terms() -> None:
    assert parse('rail* -"oil price" OR uranium') == Query(
        ((Term(("rail",), prefix=True), Term(("oil", "price"), excluded=True)), (Term(("uranium",)),))
    )


def plain_fold(text: str) -> str:
    """Fold a character at a time: the plain rule that the fast `fold` must agree with."""
    text = re.sub("['’‘ʼʻ`´]", "'", text)
    kept: list[str] = []
    for character in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()):
        if not unicodedata.combining(character) or (character == "\u0306" and kept and kept[-1] in "иу"):
            kept.append(character)
    return re.sub("['’‘ʼʻ`´]", "'", unicodedata.normalize("NFC", "".join(kept)))


def plain_words(text: str) -> list[str]:
    """The words of a whole text at once, remembering nothing."""
    return [in_one_alphabet(word.replace("'", "")) for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", plain_fold(text))]


# Letters with marks of their own and marks alone, all kinds of spaces, apostrophes, and what decomposes into several.
ODD = st.sampled_from(
    [*"иИуУйЙўЎёЁabZğǖשּׁが각ﬁ¨´'’ʼ`_-.\u0130\u210c\ufb03\u1e9e\u03a3\u1fbe", *"\u0306\u0301\u0308\u0323\u0345\u05b4\u3099\u1161\u11a8\u0f71",
     *" \u00a0\u2028\x1c\u200b\u3000\n"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.one_of(ODD, st.characters()), max_size=60).map("".join)))
@example("и\u0323\u0306\u0306 \u0306у\u0306")
@example("x" * 100 + "’s й")
def test_quick_folding_means_what_the_plain_one_means(text: str) -> None:
    assert fold(text) == plain_fold(text)
    assert words(text) == plain_words(text)
    assert words(text) == plain_words(text)  # remembered by now
