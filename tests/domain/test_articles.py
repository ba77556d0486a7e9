import pytest

from bot.domain.articles import withdrawal


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("WITHDRAWN: Gold Is Found", "Gold Is Found"),
        ("[Retracted] Gold Is Found", "Gold Is Found"),
        ("(withdrawn) — Gold Is Found", "Gold Is Found"),
        ("Retraction – Gold Is Found", "Gold Is Found"),
        ("Отозвано: Найдено золото", "Найдено золото"),
        ("Withdrawn", ""),
        ("Withdrawn Troops Return to Base", None),
        ("Retracted-wing plane lands", None),
        ("Gold withdrawn: bank explains", None),
    ],
)
def test_a_headline_says_that_its_article_is_withdrawn_only_by_a_sign(title: str, rest: str | None) -> None:
    assert withdrawal(title) == rest
