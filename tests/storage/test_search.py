import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article, clean_text
from bot.domain.searches import SearchResults
from bot.domain.topics import Query, QueryError, Term, parse
from bot.ingest.matching import search as plain_search
from storage import article_lists, articles, search, search_index, sources
from storage.database import Database
from storage.search import fts5, score, tsquery
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


async def publish(database: Database, *listed: Article, source: str = "feed") -> list[int]:
    async with database.write() as connection:
        return [await store_article(connection, source, each, NOW) for each in listed]


async def find(database: Database, words: str | Query, **filters: object) -> SearchResults:
    query = parse(words) if isinstance(words, str) else words
    async with database.read() as connection:
        return await search.find(connection, query, NOW, **{"limit": 10, **filters})  # type: ignore[arg-type]


async def titles(database: Database, words: str | Query, **filters: object) -> list[str]:
    return [hit.article.title for hit in (await find(database, words, **filters)).hits]


def each(title: str, text: str = "", days: float = 0, **more: object) -> Article:
    return Article(title, text, published_at=NOW - days * DAY, url=f"https://example.org/{hash(title)}", **more)  # type: ignore[arg-type]


CORPUS = (
    each("Kazakhstan picks a nuclear plant", "Officials chose a site by the lake. Reactors come later."),
    each("Turmoil on the market", "Prices of grain rose."),
    each("Oil prices fall", "Exports of oil went through the Middle Corridor.", categories=("Energy",)),
    each("The middle of the corridor", "A railway opens; trains run."),
    each("Казахстан выбирает место", "Атомная станция будет у озера, сообщили в ведомстве."),
    each("Soʻm strengthens", "Uzbekistan's soʻm rose. The corridor"),
    each("Café in Osh", "A small café, ёлка и подъезд."),
)
QUESTIONS = (
    "nuclear", "reactor", "oil", "oil -grain", "price", '"middle corridor"', "middle corridor", "rail*",
    "атомные станции", "so'm", "СОМ", "cafe", "елка", "energy", "uzbekistan OR nuclear", "price -oil", "near", "title body",
    "gold", "corridor -railway -soʻm",
)  # fmt: skip


@pytest.mark.parametrize("query", QUESTIONS)
async def test_what_is_found_is_what_the_plain_rule_says(database: Database, query: str) -> None:
    await publish(database, *CORPUS)
    async with database.read() as connection:
        everything = await article_lists.latest(connection, 100)
    expected = {one.title for one in plain_search(parse(query), everything)}
    assert set(await titles(database, query)) == expected


async def test_no_phrase_reaches_from_a_title_into_the_text(database: Database) -> None:
    await publish(database, *CORPUS)
    assert await titles(database, '"strengthens uzbekistan"') == []


async def test_a_word_in_the_title_says_more_than_one_in_the_text(database: Database) -> None:
    await publish(database, each("Grain", "Gold is not mentioned further."), each("Gold", "Grain and bread."))
    assert await titles(database, "gold") == ["Gold", "Grain"]
    assert await titles(database, "grain") == ["Grain", "Gold"]


async def test_of_equally_relevant_articles_the_fresher_comes_first(database: Database) -> None:
    await publish(database, each("Gold falls", days=400), each("Gold jumps", days=1), each("Gold rises", days=30))
    assert await titles(database, "gold") == ["Gold jumps", "Gold rises", "Gold falls"]


async def test_filters_narrow_what_is_found(database: Database) -> None:
    await publish(database, each("Gold one", days=1), each("Gold two", days=10), source="feed")
    other = Article("Gold three", url="https://timesca.com/gold", published_at=NOW - 5 * DAY)
    await publish(database, other, source="times")
    assert await titles(database, "gold", since=NOW - 5 * DAY) == ["Gold one", "Gold three"]
    assert await titles(database, "gold", until=NOW - 5 * DAY) == ["Gold two"]
    assert await titles(database, "gold", source="timesca") == ["Gold three"]
    assert await titles(database, "gold", source="times") == ["Gold three"]
    assert await titles(database, "gold", source="fe") == ["Gold one", "Gold two"]
    assert await titles(database, "gold", source="%") == []


async def test_pages_follow_each_other_and_end(database: Database) -> None:
    await publish(database, *(each(f"Gold {n}", days=n) for n in range(5)))
    first, second = await find(database, "gold", limit=3), await find(database, "gold", limit=3, offset=3)
    assert [hit.article.title for hit in first.hits] == ["Gold 0", "Gold 1", "Gold 2"]
    assert [hit.article.title for hit in second.hits] == ["Gold 3", "Gold 4"]
    assert (first.more, second.more) == (True, False)


async def test_what_was_asked_is_marked_in_title_and_text(database: Database) -> None:
    await publish(database, each("The Reactors’ “Future”", "Nothing here. The reactor is new."))
    [hit] = (await find(database, "reactors")).hits
    assert hit.title == (("The ", False), ("Reactors", True), ("’ “Future”", False))
    assert hit.snippet == (("Nothing here. The ", False), ("reactor", True), (" is new.", False))


async def test_an_article_without_the_words_in_its_text_has_no_snippet(database: Database) -> None:
    await publish(database, each("Gold", "Nothing here."))
    [hit] = (await find(database, "gold")).hits
    assert hit.snippet is None


async def test_a_correction_changes_what_an_article_is_found_by(database: Database) -> None:
    await publish(database, each("Gold falls", "Bread.", guid="1"))
    await publish(database, each("Silver falls", "Butter.", guid="1"))
    assert [await titles(database, word) for word in ("gold", "bread")] == [[], []]
    assert [await titles(database, word) for word in ("silver", "butter")] == [["Silver falls"]] * 2


async def test_a_pruned_article_is_found_by_its_title_only(database: Database) -> None:
    await publish(database, each("Gold falls", "Bread.", days=10), each("Bread"))
    async with database.write() as connection:
        assert await articles.prune(connection, NOW - DAY, 10) == 1
    assert await titles(database, "gold") == ["Gold falls"]
    assert await titles(database, "bread") == ["Bread"]
    async with database.read() as connection:
        await consistent(connection)


async def consistent(connection: AsyncConnection) -> None:
    """Let FTS5 check its index against the words; raises an error where they differ."""
    if connection.dialect.name == "sqlite":
        check = "INSERT INTO article_search(article_search, rank) VALUES ('integrity-check', 1)"
        await connection.execute(text(check))


async def test_a_deleted_article_is_found_no_more(database: Database) -> None:
    await publish(database, each("Gold falls"))
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM articles"))
        await consistent(connection)
    assert await titles(database, "gold") == []


async def test_nothing_of_a_transaction_that_failed_is_found(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            await store_article(connection, "feed", each("Gold falls"), NOW)
            raise RuntimeError
    assert await titles(database, "gold") == []


async def test_articles_without_stems_are_indexed_again(database: Database) -> None:
    await publish(database, *CORPUS)
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM article_words"))
        assert await connection.run_sync(search_index.fill) == len(CORPUS)
        await consistent(connection)
    assert await titles(database, "reactor") == ["Kazakhstan picks a nuclear plant"]


BY_LANGUAGE = {
    "kk": "Мұнайдың бағасы өсті, үкіметі не дейді",
    "ky": "Өкмөттүн чечими: суунун баасы",
    "uz": "Hukumatning qarori: narxlari oshdi",
    "tg": "Қарори ҳукумат: роҳҳои нав",
    "tk": "Döwletiň karary: suwuň bahasy",
    "ru": "Правда о ценах",
}


async def publish_by_language(database: Database) -> None:
    async with database.write() as connection:
        listed = [
            sources.Description(language, f"https://{language}.example", language, 50, language)
            for language in BY_LANGUAGE
        ]
        await sources.describe(connection, listed)
    for language, title in BY_LANGUAGE.items():
        await publish(database, each(title), source=language)


@pytest.mark.parametrize(
    ("query", "languages"),
    [
        ("мунай", ["kk"]),
        ("мұнайға", ["kk"]),
        ("өкмөт", ["ky"]),
        ("narxi", ["uz"]),
        ("hukumatga", ["uz"]),
        ("роҳро", ["tg"]),
        ("döwletler", ["tk"]),
        ("правды", ["ru"]),
        ("право", []),
        ('"суу баасы"', ["ky"]),
        ("нарх*", []),
        ("narx*", ["uz"]),
    ],
)
async def test_an_article_is_found_by_the_forms_of_its_language(
    database: Database, query: str, languages: list[str]
) -> None:
    await publish_by_language(database)
    assert await titles(database, query) == [BY_LANGUAGE[language] for language in languages]


async def test_the_found_form_is_marked(database: Database) -> None:
    await publish_by_language(database)
    [hit] = (await find(database, "мунай")).hits
    assert [text for text, wanted in hit.title if wanted] == ["Мұнайдың"]


async def test_an_archive_is_indexed_again_by_the_languages_of_its_articles(database: Database) -> None:
    await publish_by_language(database)
    steps: list[tuple[int, int]] = []
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM article_words"))
        await connection.run_sync(search_index.fill, lambda done, total: steps.append((done, total)))
        await consistent(connection)
    assert steps == [(len(BY_LANGUAGE), len(BY_LANGUAGE))]
    assert await titles(database, "мұнайға") == [BY_LANGUAGE["kk"]]


HOSTILE: Sequence[str] = (
    'a"b', "'", "''; DROP TABLE articles; --", "*", "a*b", "NEAR(a b)", "title:gold", "title : gold", "{title}", "^gold", "gold +",
    "a AND OR NOT b", "(", "gold:*", "!gold", "gold & | !", "<->", "\\", "\\'", "🚆 gold", "\u202egold", "\u200fgold", "go\u0301ld",
    "½ ② ⅷ", "𝔤𝔬𝔩𝔡", "ﷺ", "İstanbul", "x" * 4000, "日本語のニュース", "हिन्दी", "\x00gold", "gold\x1a",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
async def test_no_words_are_anything_but_words_to_the_engines(database: Database, words: str) -> None:
    title = f"About {clean_text(words[:200])}"  # as the readers of sources give it
    await publish(database, each("Gold falls"), each(title))
    try:
        query = parse(words[:200])
    except QueryError:
        return
    assert title in await titles(database, query)


WORD = st.text(st.characters(categories=["L", "N", "M", "S"]), min_size=1, max_size=12)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORD, min_size=1, max_size=4))
async def test_any_word_that_is_stored_is_found(database: Database, typed: list[str]) -> None:
    try:
        query = parse(" ".join(typed))
    except QueryError:
        return
    if any(term.excluded or term.prefix for terms in query.alternatives for term in terms):
        return
    [id_] = await publish(database, Article(" ".join(typed)[:200], guid=" ".join(typed)))
    assert id_ in [hit.article.id for hit in (await find(database, query, limit=1000)).hits]


async def test_an_article_of_endless_words_is_stored_and_found(database: Database) -> None:
    endless = " ".join(f"{n:x}{'я' * 60}" for n in range(search_index.MAX_WORDS + 1))
    await publish(database, each("Gold", endless), each("Silver", "word " * 20_000))
    assert await titles(database, f"{1:x}{'я' * 60}") == ["Gold"]
    assert await titles(database, "word") == ["Silver"]


def test_a_query_is_quoted_word_by_word_by_the_rules_of_each_language() -> None:
    query = parse('"middle corridors" rail* -gas')
    phrase = "middl corridor", "middle¹ corridors¹", "middl² corridors²", "middl³ corridor³"
    quoted = " OR ".join(f'"{words}"' for words in phrase)
    assert fts5(query) == f'((({quoted}) AND "rail" *) NOT (("gas" OR "gas¹" OR "gas²" OR "gas³")))'
    followed = " | ".join("('{}' <-> '{}')".format(*words.split()) for words in phrase)
    assert tsquery(query) == f"(({followed}) & 'rail':* & !(('gas') | ('gas¹') | ('gas²') | ('gas³')))"


def test_age_counts_and_the_future_does_not() -> None:
    assert score(1, search.HALF_LIFE) == 0.5
    assert score(1, -DAY) == score(1, dt.timedelta()) == 1


def test_a_term_of_many_letters_is_cut_like_the_stored_word() -> None:
    assert f'"{"z" * search_index.MAX_WORD}"' in fts5(Query(((Term(("z" * 100,)),),)))
    assert "z" * (search_index.MAX_WORD + 1) not in fts5(Query(((Term(("z" * 100,)),),)))


async def test_articles_like_one_share_its_rarest_words_and_are_of_other_events(database: Database) -> None:
    common = [each(f"Kazakhstan opens school {n}") for n in range(8)]
    asked, *_ = await publish(
        database,
        each("Kazakhstan opens a uranium mine in Inkai"),
        *common,
        each("Uranium mine of Inkai is expanded", days=30),
        each("Uranium price", "Inkai is a mine.", days=2),
        each("Uranium rises", days=1),
        each("Cotton"),
    )

    async with database.read() as connection:
        article = await articles.get(connection, asked)
        assert article is not None
        found = await search.like(connection, article, NOW, 1, 0)
        rest = await search.like(connection, article, NOW, 5, 1)
    assert (found.more, rest.more) == (True, False)
    titles = {hit.article.title for hit in (*found.hits, *rest.hits)}
    assert titles == {"Uranium mine of Inkai is expanded", "Uranium price"}


async def test_an_article_alone_with_its_words_is_like_none(database: Database) -> None:
    [only, *_] = await publish(database, each("Gold"), each("Silver"))
    async with database.read() as connection:
        article = await articles.get(connection, only)
        assert article is not None
        assert await search.like(connection, article, NOW, 5, 0) == SearchResults((), False, 0)


async def test_with_no_two_words_in_common_one_is_enough(database: Database) -> None:
    [asked, *_] = await publish(database, each("Gold mine"), each("Gold price"), each("Silver"))
    async with database.read() as connection:
        article = await articles.get(connection, asked)
        assert article is not None
        found = await search.like(connection, article, NOW, 5, 0)
    assert [hit.article.title for hit in found.hits] == ["Gold price"]
