import datetime as dt

import pytest

from bot.domain.articles import StoredArticle
from bot.domain.topics import QueryError, parse
from bot.domain.topics.curated import TOPICS, query_of, slug_of
from bot.domain.topics.subscription import FollowedTopic
from bot.i18n import LANGUAGES, Translator
from bot.views import topics
from bot.views.message import Button, View
from bot.views.topic_names import name_of, names

EN, RU = Translator("en"), Translator("ru")
WORD = FollowedTopic(7, "uranium -price", None, "instant", 70)
COUNTRY = FollowedTopic(8, "topic:kazakhstan", "kazakhstan", "digest", 80)
STRICT = FollowedTopic(9, "strict:transport -metro", None, "instant", 90)
AT = dt.datetime(2025, 12, 8, tzinfo=dt.UTC)


def test_a_list_has_a_button_for_each_topic_with_its_level() -> None:
    assert topics.listing(RU, [WORD, COUNTRY]) == View(
        "<b>Ваши темы</b>\n<i>🔔 сразу, 🔕 без звука, 🗞 в дайджесте. Нажмите на тему, чтобы изменить её.</i>",
        (
            (
                Button("🔔 uranium -price", data="v1:topics:one:7"),
                Button("🗞 Казахстан", data="v1:topics:one:8"),
            ),
            (Button("➕ Выбрать темы", data="v1:topics:pick"),),
        ),
    )


def test_no_topics_leads_to_the_picker() -> None:
    assert topics.listing(EN, []) == View(
        "You don't follow any topics yet. Choose some below, or send <code>/subscribe nuclear</code>.",
        ((Button("➕ Pick topics", data="v1:topics:pick"),),),
    )


@pytest.mark.parametrize(
    ("page", "first", "paging"),
    [
        (0, "v1:topics:one:0", ["1/3", "›"]),
        (1, "v1:topics:one:20", ["‹", "2/3", "›"]),
        (2, "v1:topics:one:40", ["‹", "3/3"]),
        (4, "v1:topics:one:40", ["‹", "3/3"]),
    ],
)
def test_many_topics_come_in_pages(page: int, first: str, paging: list[str]) -> None:
    followed = [FollowedTopic(n, f"word{n}", None, "instant", n) for n in range(41)]
    buttons = topics.listing(EN, followed, page).buttons
    assert (buttons[0][0].data, [button.label for button in buttons[-2]]) == (first, paging)


def test_one_topic_shows_its_level_and_its_end() -> None:
    assert topics.one(EN, COUNTRY) == View(
        "You follow: <b>Kazakhstan</b>\n"
        "<i>Wide: everything related to the topic. Strict: only articles mainly about it.</i>",
        (
            (
                Button("🔔 Now", data="v1:topics:level:8:instant"),
                Button("🔕 No sound", data="v1:topics:level:8:silent"),
                Button("✓ 🗞 Digest", data="v1:topics:level:8:digest"),
            ),
            (
                Button("✓ Wide", data="v1:topics:width:8:0"),
                Button("Strict", data="v1:topics:width:8:1"),
            ),
            (
                Button("Unfollow", data="v1:topics:end:8"),
                Button("🔗 Share", data="v1:shares:topic:8"),
            ),
            (Button("‹ My topics", data="v1:topics:list:0"),),
        ),
    )


@pytest.mark.parametrize(
    ("language", "text", "labels"),
    [
        ("en", "You follow: <b>Transport, strictly (not: metro)</b>\n", ["Wide", "✓ Strict"]),
        ("ru", "Вы подписаны: <b>Транспорт, строго (кроме: metro)</b>\n", ["Широко", "✓ Строго"]),
    ],
)
def test_a_strict_topic_is_named_so_and_may_be_made_wide(language: str, text: str, labels: list[str]) -> None:
    view = topics.one(Translator(language), STRICT)
    assert view.text.startswith(text)
    assert [button.label for button in view.buttons[1]] == labels


def test_the_words_of_a_person_have_no_width() -> None:
    view = topics.one(EN, WORD)
    assert view.text == "You follow: <code>uranium -price</code>"
    assert not [button for row in view.buttons for button in row if button.data and ":width:" in button.data]


def test_a_subscription_is_confirmed_with_a_proof() -> None:
    article = StoredArticle(1, "feed", "A & B", "", "https://example.org/a", AT, AT, site="Feed & Co")
    view = topics.subscribed(EN, WORD, True, [article])
    assert view.text == (
        "Now following: <code>uranium -price</code>\nRecent articles:\n"
        '• <a href="https://example.org/a">A &amp; B</a> · Feed &amp; Co'
    )
    assert view.buttons == topics.one(EN, WORD).buttons


def test_a_known_subscription_says_so_and_that_nothing_came() -> None:
    assert topics.subscribed(RU, COUNTRY, False, []).text == (
        "Вы уже подписаны: <b>Казахстан</b>\n<i>Свежих новостей нет. Сообщу, когда появятся.</i>"
    )


def test_the_picker_ticks_the_chosen_topics_and_offers_all() -> None:
    narrowed = FollowedTopic(1, "strict:water -flood", None, "instant", 1)
    buttons = [button for row in topics.picker(RU, [narrowed], None).buttons for button in row]
    assert {button.data for button in buttons} == {
        *(f"v1:topics:set:{slug}:{int(slug != 'water')}" for slug in TOPICS),
        "v1:topics:pick",
        "v1:topics:delivery:digest",
        "v1:topics:list:0",
    }
    assert [button.label for button in buttons if button.label.startswith("✓")] == ["✓ Вода"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picker_is_short_and_every_label_fits(language: str) -> None:
    t = Translator(language)
    for chosen in ((), tuple(TOPICS)):
        followed = [FollowedTopic(1, f"topic:{slug}", slug, "digest", 1) for slug in chosen]
        view = topics.picker(t, followed, (8 * 60,))
        assert [len(row) for row in view.buttons] == [1, *[2] * 5, 1, *[2] * 6, 2 if chosen else 1]
        for row in view.buttons:
            for button in row:
                letters = button.label.removeprefix("✓ ").lstrip("".join(topics.FLAGS.values())).strip()
                assert len(letters) <= {1: 36, 2: 20, 3: 12}[len(row)], button.label


@pytest.mark.parametrize("query", ["", "a" * 300, '"open', "a:b", "title:", "country:x", "topic:x", " ".join(map(str, range(30))), "ab*", "a OR", "-oil",
                                   '"a b c d e f g"'])  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_explained_in_every_language(query: str, language: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    text = topics.problem(Translator(language), caught.value).text
    assert caught.value.key not in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("gas OR", "Character 5: gas <u>OR</u>"),
        ("uranium | titel:<b> gas", "Character 11: uranium | <u>titel:&lt;b&gt;</u> gas"),
        ("oil gas uranium thorium country:mars", "Character 25: …gas uranium thorium <u>country:mars</u>"),
        ("gas || oil", "Character 6: gas |<u>|</u> oil"),
    ],
)
def test_a_refusal_shows_its_place(query: str, place: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert topics.problem(EN, caught.value).text.split("\n")[1] == place


def test_a_refusal_escapes_the_typed_text() -> None:
    assert topics.problem(EN, QueryError("topics.error.prefix", "<b*")).text == (
        "<code>&lt;b*</code> is too short before the star. Use three letters or more, for example <code>rail*</code>."
    )


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("kazakhstan", "kazakhstan"),
        (" КАЗАХСТАН ", "kazakhstan"),
        ("Туркменистан", "turkmenistan"),
        ("таджикистана", "tajikistan"),
        ("в китае", None),
        ("монголию", "mongolia"),
        ("nuclear", None),
        ("kazakhstan nuclear", None),
    ],
)
def test_a_country_is_known_by_its_name_in_every_language(typed: str, slug: str | None) -> None:
    assert slug_of(typed, names()) == slug


@pytest.mark.parametrize("slug", TOPICS)
def test_curated_topics_are_queries_with_names_in_every_language(slug: str) -> None:
    assert str(parse(query_of(slug))) == query_of(slug)
    for language in LANGUAGES:
        assert "topics.name" not in Translator(language).plain(f"topics.name.{slug}")


@pytest.mark.parametrize(
    ("text", "topic", "name"),
    [
        ("topic:transport", "transport", "Transport"),
        ('topic:transport -metro -"air taxi"', None, "Transport (not: air taxi, metro)"),
        ("topic:uzbekistan", None, "Uzbekistan"),
        ("strict:energy", None, "Energy, strictly"),
        ("строго:kz", None, "Kazakhstan, strictly"),
        ("strict:transport -metro", None, "Transport, strictly (not: metro)"),
        ("gold OR strict:energy uranium", None, "gold OR Energy, strictly uranium"),
        ("country:uzbekistan gold OR topic:energy", None, "Uzbekistan gold OR Energy"),
        ("uranium -price", None, "uranium -price"),
    ],
)
def test_a_topic_is_shown_by_its_name_and_never_by_a_query_for_it(text: str, topic: str | None, name: str) -> None:
    assert name_of(EN, text, topic) == name
