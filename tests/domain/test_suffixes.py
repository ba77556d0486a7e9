from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spelling import words
from storage.stems import ALL_RULES, stem_of

PAIRS = Path(__file__).parent.parent / "stems" / "pairs.tsv"
LANGUAGES = ("kk", "ky", "uz", "uz_cyrl", "tg", "tk")


def pairs(language: str, part: str) -> Iterator[tuple[str, str, bool]]:
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            of, among, relation, forms = line.split("\t")
            if (of, among) == (language, part):
                first, *others = forms.split()
                yield from ((first, other, relation == "joined") for other in others)


def stem(language: str, word: str) -> str:
    return " ".join(map(stem_of(language), words(word)))


@pytest.mark.parametrize("part", ["tuned", "kept"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_of_a_word_have_one_stem_and_other_words_another(language: str, part: str) -> None:
    judged = [
        (one, other, (stem(language, one) == stem(language, other)) == joined)
        for one, other, joined in pairs(language, part)
    ]
    right = sum(one[2] for one in judged)
    print(f"{language} {part}: {right} of {len(judged)}", *(one[:2] for one in judged if not one[2]))
    assert right >= (0.98 if part == "tuned" else 0.8) * len(judged)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_labels_are_enough(language: str) -> None:
    kept, tuned = (len(list(pairs(language, part))) for part in ("kept", "tuned"))
    assert kept + tuned >= 60
    assert 5 * kept >= kept + tuned


def test_russian_words_keep_their_ends_in_russian_articles() -> None:
    assert stem_of("ru")("правда") != stem_of("ru")("право")
    assert stem_of("ru") is stem_of("en") is stem_of(None)


LETTERS = st.text(st.sampled_from("абгдеийклмнорстуыдлнaeiygdklnrstu2"), min_size=1, max_size=12)


@given(LETTERS, st.sampled_from(ALL_RULES))
def test_a_stem_is_never_empty_and_is_its_own_stem_by_the_rules_for_endings(word: str, rules: object) -> None:
    assert callable(rules)
    found = rules(word)
    assert found
    if rules is not ALL_RULES[0]:
        assert len(found) <= max(len(word), 6)


@pytest.mark.parametrize("ending", ["лар", "lar", "ны", "га"])
def test_a_piece_that_is_too_long_for_a_word_keeps_its_endings(ending: str) -> None:
    piece = ending * 40_000
    assert all(rules(piece) == piece for rules in map(stem_of, ("kk", "tk")))
