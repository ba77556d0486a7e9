import pytest

from bot.domain.topics import Document, matches, parse
from bot.domain.topics.curated import TOPICS, stems_of
from bot.ingest.matching import stem


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Kazakhstan’s leader met officials in Beijing", {"kazakhstan", "china"}),
        ("Узбекистан и Таджикистан открыли мост", {"uzbekistan", "tajikistan"}),
        ("Президент встретился с Токаевым в Душанбе", {"kazakhstan", "tajikistan"}),
        ("A hydropower dam fills its reservoir", {"energy", "water"}),
        ("The soum falls as inflation slows", {"currency", "economy"}),
        ("Uranium leaves by rail", {"nuclear", "transport"}),
        ("Remittances of migrants fell", {"migration"}),
        ("Drones were seen over the armed forces’ base", {"security"}),
        ("A powerful poet spoke of social security and economic ties", {"culture"}),
        ("A powerful speech on social security, economic ties and energetic youth", set()),
        ("The market was in turmoil", set()),
    ],
)
def test_curated_topics_match_articles_about_them_and_no_passing_mentions(text: str, topics: set[str]) -> None:
    document = Document(text, stem)
    assert {slug for slug, query in TOPICS.items() if matches(parse(query, curated=True), document, stem)} == topics


def test_what_a_topic_is_known_by_in_titles_are_words_and_phrases() -> None:
    stems = stems_of("currency")
    assert {"tenge", "exchange rate", "валют"} <= set(stems)
    assert not [stem for stem in stems if set(stem) & set('":*')]
