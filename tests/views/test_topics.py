import datetime as dt

import pytest

from bot.domain.articles import StoredArticle
from bot.domain.topics import QueryError, parse
from bot.domain.topics.curated import TOPICS, slug_of
from bot.domain.topics.subscription import FollowedTopic
from bot.i18n import LANGUAGES, Translator
from bot.views import topics
from bot.views.message import Button, View

EN, RU = Translator("en"), Translator("ru")
WORD = FollowedTopic(7, "uranium -price", None, "instant")
COUNTRY = FollowedTopic(8, "казах* OR kazakh*", "kazakhstan", "digest")
AT = dt.datetime(2025, 12, 8, tzinfo=dt.UTC)


def test_a_list_has_a_button_for_each_topic_with_its_level() -> None:
    assert topics.listing(RU, [WORD, COUNTRY]) == View(
        "<b>Ваши темы</b>\n<i>🔔 сразу, 🔕 без звука, 📰 в дайджесте. Нажмите, чтобы изменить.</i>",
        (
            (
                Button("🔔 uranium -price", data="v1:topics:one:7"),
                Button("📰 Казахстан", data="v1:topics:one:8"),
            ),
            (Button("+ Выбрать темы", data="v1:topics:pick"),),
        ),
    )


def test_no_topics_leads_to_the_picker() -> None:
    assert topics.listing(EN, []) == View(
        "You follow no topics yet. Try <code>/subscribe nuclear</code>, or pick some.",
        ((Button("+ Pick topics", data="v1:topics:pick"),),),
    )


@pytest.mark.parametrize(
    ("page", "first", "paging"),
    [
        (0, "v1:topics:one:0", ["v1:topics:list:1"]),
        (1, "v1:topics:one:20", ["v1:topics:list:0", "v1:topics:list:2"]),
        (2, "v1:topics:one:40", ["v1:topics:list:1"]),
        (4, "v1:topics:one:40", ["v1:topics:list:1"]),
    ],
)
def test_many_topics_come_in_pages(page: int, first: str, paging: list[str]) -> None:
    followed = [FollowedTopic(n, f"word{n}", None, "instant") for n in range(41)]
    buttons = topics.listing(EN, followed, page).buttons
    assert (buttons[0][0].data, [button.data for button in buttons[-2]]) == (first, paging)


def test_one_topic_shows_its_level_and_its_end() -> None:
    assert topics.one(EN, COUNTRY) == View(
        "You hear about <b>Kazakhstan</b>: <code>казах* OR kazakh*</code>",
        (
            (
                Button("🔔 At once", data="v1:topics:level:8:instant"),
                Button("🔕 Silent", data="v1:topics:level:8:silent"),
                Button("✓ 📰 Digest", data="v1:topics:level:8:digest"),
            ),
            (
                Button("End it", data="v1:topics:end:8", style="danger"),
                Button("My topics", data="v1:topics:list:0"),
            ),
        ),
    )


def test_a_subscription_is_confirmed_with_a_proof() -> None:
    article = StoredArticle(1, "feed", "A & B", "", "https://example.org/a", AT, AT)
    view = topics.subscribed(EN, WORD, True, [article])
    assert view.text == (
        "You will hear about <code>uranium -price</code>\nIn the last days:\n"
        '• <a href="https://example.org/a">A &amp; B</a>'
    )
    assert view.buttons == topics.one(EN, WORD).buttons


def test_a_known_subscription_says_so_and_that_nothing_came() -> None:
    assert topics.subscribed(RU, COUNTRY, False, []).text == (
        "Вы уже следите за темой <b>Казахстан</b>: <code>казах* OR kazakh*</code>\n"
        "<i>За последние дни об этом ничего; слушаю дальше.</i>"
    )


def test_the_picker_ticks_the_chosen_topics_and_offers_all() -> None:
    buttons = [button for row in topics.picker(RU, {"water"}).buttons for button in row]
    assert {button.data for button in buttons} == {
        *(f"v1:topics:toggle:{slug}" for slug in TOPICS),
        "v1:topics:list:0",
    }
    assert [button.label for button in buttons if button.label.startswith("✓")] == ["✓ Вода"]


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
        "<code>&lt;b*</code> is too short before the star: use three letters or more."
    )


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("kazakhstan", "kazakhstan"),
        (" КАЗАХСТАН ", "kazakhstan"),
        ("Туркменистан", "turkmenistan"),
        ("nuclear", None),
        ("kazakhstan nuclear", None),
    ],
)
def test_a_country_is_known_by_its_name_in_every_language(typed: str, slug: str | None) -> None:
    assert slug_of(typed, topics.names()) == slug


@pytest.mark.parametrize("slug", TOPICS)
def test_curated_topics_are_queries_with_names_in_every_language(slug: str) -> None:
    query = parse(TOPICS[slug], curated=True)
    assert parse(str(query), curated=True) == query
    assert "topic:" not in str(query)
    assert "country:" not in str(query)
    for language in LANGUAGES:
        assert "topics.name" not in Translator(language).plain(f"topics.name.{slug}")


def test_a_callback_answer_fits_with_any_topic() -> None:
    answer = topics.ended(EN, FollowedTopic(1, "word " * 40, None, "instant"))
    assert (answer, len(answer) <= 200) == ("Ended:" + " word" * 36 + "…", True)
