import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spelling import fold, keys, latin, plain, words
from bot.domain.topics import Document, TopicIndex, explain, matches, parse
from bot.domain.variants import PAIRS, ROWS, VARIANTS
from storage.stems import stem

# Words of three languages in their own letters, with the same word in other letters.
SPELLINGS = [
    ("soʻm", "so'm", "so’m", "som", "сўм", "СЎМ"),
    ("қишлоқ", "qishloq"),
    ("ғалаба", "gʻalaba", "G'alaba"),
    ("ўқитувчи", "oʻqituvchi"),
    ("вилояти", "viloyati"),
    ("Андижон", "Andijon"),
    ("Ақтөбе", "Актобе"),
    ("Қостанай", "Костанай"),
    ("Өскемен", "Оскемен"),
    ("мұнай", "мунай"),
    ("Toshkent", "Тошкент", "Tashkent", "Ташкент", "Ташкентом"),
    ("Tokayev", "Tokaev", "Токаев", "Тоқаев", "Токаева", "Tokayev’s"),
    ("Mirziyoyev", "Mirziyoev", "Мирзиёев", "Мирзиёевым"),
    ("Japarov", "Жапаров", "Жапарову"),
    ("Rahmon", "Рахмон", "Раҳмон", "Rakhmon"),
    ("Berdimuhamedov", "Berdymukhamedov", "Бердымухамедов"),
    ("Astana", "Астана", "Астаны", "в Астане"),
    ("Almaty", "Алматы", "Алма-Ата", "Alma-Ata"),
    ("Bishkek", "Бишкек", "Бишкека"),
    ("Dushanbe", "Душанбе"),
    ("Ashgabat", "Ашхабад", "Aşgabat", "Ашхабаде"),
    ("Oʻzbekiston", "Ўзбекистон", "Узбекистана", "Uzbekistan", "Өзбекстан"),
    ("теңге", "тенге", "tenge"),
]
PAIRED = [(query, text) for row in SPELLINGS for query in row if " " not in query for text in row]
# All letters that a word of the region may have, so that all of them cross.
LETTERS = st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюяқғҳўңөұүіһәҷ")
OWN = st.sampled_from("қғҳўңөұүіһә")
CYRILLIC = st.builds(
    lambda before, own, after: before + own + after, st.text(LETTERS, max_size=8), OWN, st.text(LETTERS, max_size=8)
)


@pytest.mark.parametrize(("query", "text"), PAIRED)
def test_spellings_of_one_word_find_each_other(query: str, text: str) -> None:
    document = Document(f"It was said: {text}, again.", stem)
    index = TopicIndex(stem)
    index.add(1, parse(query))
    assert matches(parse(query), document, stem)
    assert index.match(document) == {1}
    assert explain(parse(query), document, stem) != ()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("мост", "The most of it"),
        ("god", "В прошлый год"),
        ("sad", "Вишнёвый сад"),
        ("oil", "turmoil"),
        ("алма-ата", "Алма и дорога в ата"),
        ("most", "мост"),
        ("кот", "ұлт"),
    ],
)
def test_other_words_do_not(query: str, text: str) -> None:
    assert not matches(parse(query), Document(text, stem), stem)


@pytest.mark.parametrize(
    ("query", "text"),
    [("тошк*", "Тошкентда"), ("toshk*", "Тошкентда"), ("қазақ*", "Казакстан"), ("qaz*", "Қазақша"), ("soʻm*", "сўмга")],
)
def test_a_prefix_crosses_alphabets(query: str, text: str) -> None:
    assert matches(parse(query), Document(text, stem), stem)


@given(CYRILLIC)
def test_a_word_with_letters_of_its_own_is_found_in_plain_and_in_latin_letters(word: str) -> None:
    for other in (plain(fold(word)), latin(fold(word))):
        [normal] = words(word)
        if other.replace("ь", "").replace("ъ", "") and normal not in VARIANTS and plain(normal) not in VARIANTS:
            document = Document(other, stem)
            assert matches(parse(f'"{word}"'), document, stem) or other in VARIANTS
            assert matches(parse(f'"{other}"'), Document(word, stem), stem) or other in VARIANTS


@given(st.text(min_size=1, max_size=20))
def test_every_word_has_keys_without_a_space(text: str) -> None:
    for word in words(text):
        assert all(key and " " not in key for key in keys(word, stem))


def test_the_table_is_in_normal_form_and_has_each_spelling_once() -> None:
    assert all(words(name) == [name] for name in VARIANTS)
    assert set(VARIANTS.values()) <= set(VARIANTS)
    assert all(VARIANTS[first] == first for first in VARIANTS.values())
    assert set(PAIRS.values()) <= set(VARIANTS.values())


def test_no_spelling_stands_in_two_rows() -> None:
    spellings = [name for row in ROWS for name in row.split()]
    assert len(spellings) == len(set(spellings))
