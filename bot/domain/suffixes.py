"""Stems of the region's languages: rules for endings of the Turkic languages, Cyrillic and Latin, and of Tajik.

Kazakh, Kyrgyz, Uzbek and Turkmen add an ending for each of number, owner and case, one after another, so endings are
removed repeatedly, the longest first. Most endings have a form for each kind of letter before it (банкті, бағаны,
курсты), which is checked: else the possessive `үкімет-і` would lose the accusative `-ті`.

The words are normalized (`fold`) and in Russian letters where these are similar (`plain`): қ is к, ң is н, ү is у.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.spelling import uzbek_latin

# A shorter rest is another word more often than a stem.
_LEAST = 3
# A longer piece is an address or the like. Of thousands of repeated endings, each one removed would copy the rest.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Suffixes:
    """The endings of a family of languages.

    `endings` has the letters that may stand before each ending (empty: any), and the length of the rest. A rest in
    `short` may be shorter. A word in `whole` looks like a shorter one with an ending, and has none. `irregular` has the
    stems of words that change within; `final` the last letters that change before an ending.
    """

    endings: Mapping[str, tuple[frozenset[str], int]]
    longest: int
    short: frozenset[str]
    whole: frozenset[str]
    irregular: Mapping[str, str]
    final: Mapping[str, str]

    def stem(self, word: str) -> str:
        """Return the stem of a normalized word; one that is too long for a word is its own stem."""
        if len(word) > _LONGEST:
            return word
        while word not in self.whole and word not in self.irregular:
            shorter = self._shorter(word)
            if shorter == word:
                break
            word = shorter
        return self.irregular.get(word, word)

    def _shorter(self, word: str) -> str:
        """Return a word without its longest ending, or without the one after a whole word (`облыс-ы`, not `облы-сы`).

        One without an ending is returned with its last letter as before none.
        """
        found = word[:-1] + self.final.get(word[-1:], word[-1:])
        for size in range(1, min(self.longest, len(word) - 2) + 1):
            if (known := self.endings.get(word[-size:])) is not None:
                before, least = known
                rest = word[:-size]
                if (len(rest) >= least or rest in self.short) and (not before or rest[-1] in before):
                    found = rest
                    if rest in self.whole:
                        break
        return found


def _endings(*rows: tuple[str, str, int]) -> Mapping[str, tuple[frozenset[str], int]]:
    """Return the endings of rows: the letters before, the endings, the shortest rest. The first row of one counts."""
    found: dict[str, tuple[frozenset[str], int]] = {}
    for before, endings, least in rows:
        for ending in endings.split():
            found.setdefault(ending, (frozenset(before), least))
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    """Return a table written as `key:value` words."""
    return dict(pair.split(":") for pair in text.split())


def _suffixes(
    endings: Mapping[str, tuple[frozenset[str], int]], short: str, whole: str, irregular: str, final: str
) -> Suffixes:
    longest = max(map(len, endings))
    return Suffixes(endings, longest, _words(short), _words(whole), _pairs(irregular), _pairs(final))


_VOWELS, _HIGH, _VOICELESS, _VOICED = "аеиоуыэюя", "ыиу", "птксшчфхцщвбгд", "бвгджзйлмнру"
TURKIC_CYRILLIC = _suffixes(
    _endings(
        # number
        ("", "лар лер лор", 3),
        (_VOICED, "дар дер дор", 3),
        (_VOICELESS, "тар тер тор", 3),
        # cases; after a possessive they begin with н
        ("", "нинг да де до дан ден дон га ге го гача", 3),
        (_VOICELESS, "та те то тан тен тон ка ке ко ты ти ту тын тин тун", 3),
        (_VOICED, "ды ди ду дын дин дун", 3),
        (_VOWELS, "ны ну", 3),
        (f"{_VOWELS}мн", "нын нун нин", 3),
        ("", "ни", 3),
        (_HIGH, "на не но нда нде ндо", 3),
        (f"{_HIGH}мн", "нан нен нон", 3),
        ("", "мен бен пен", 4),
        # what is somewhere: банктегі, банктаги, шаардагы
        ("", "дагы деги догу дегу даги", 3),
        (_VOICELESS, "тагы теги тогу", 3),
        (_HIGH, "ндагы ндеги ндогу", 3),
        # owners
        (_VOWELS, "сы си су сын син сун", 3),
        ("", "ы и у ын ин ун", 3),
        ("", "ымыз имиз умуз ыбыз ибиз убуз ыныз иниз ингиз ынар инер", 3),
        # qualities of a noun: қаржылық, иқтисодий
        ("", "лык лик лук дык дик дук", 3),
        (_VOICELESS, "тык тик тук", 3),
        # times of verbs
        ("", "ган ген гон", 3),
        (_VOICELESS, "кан кен кон", 3),
    ),
    short="су ел эл уй ай",
    whole="""облыс елу элуу алты алтын олти олтин жети екинши сары ауру бала кала доллар тамга ески жаны дуние атау
    баска башка барлык бардык жакын орталык тенге тендер туркмен турикмен жаналык жанылык янгилик кейин сондыктан""",
    irregular="халк:халык калк:калык орн:орын шахр:шахар огл:огил",
    final="б:п г:к д:т",
)
_LATIN_VOWELS, _LATIN_HIGH, _LATIN_VOICELESS = "aeiouy", "iyu", "ptkqshfxc"
_LATIN = (
    ("", "lar ler", 3),
    ("", "ning ni da de dan den ga gacha", 3),
    ("kg", "ka", 3),
    ("q", "qa", 3),
    (_LATIN_VOWELS, "ny nyn nin", 3),
    (_LATIN_HIGH, "na ne nda nde ndan nden", 3),
    ("", "dagi daky daki", 3),
    (_LATIN_HIGH, "ndagi ndaky ndaki", 3),
    (_LATIN_VOWELS, "sy si su syn sin", 3),
    ("bcdfghjklmnpqrstvwxz", "i y u yn in un", 3),
    ("", "imiz ingiz ymyz yniz", 3),
    ("", "lik lyk luk", 3),
    ("", "gan gen", 3),
)
_LATIN_WORDS = {
    "short": "uy oy ay il",
    # Words of the other alphabet are compared in this one too: қ is q there.
    "whole": "qora gara sutka dollar alty altyn olti oltin keyin yaqin yangilik tazelik sahypa basga "
    # In -anyň, an would seem to be the vowel and the n of the ending.
    "turkmenistan gazagystan gyrgyzystan ozbegistan tajigistan owganystan "
    + " ".join(
        letters
        for word in TURKIC_CYRILLIC.whole
        for letters in {uzbek_latin(word), uzbek_latin(word).replace("k", "q")}
    ),
    "irregular": "shahr:shahar ogl:ogil yur:yurt mana:manat",
    "final": "b:p g:k d:t",
}
TURKIC_LATIN = _suffixes(_endings(*_LATIN), **_LATIN_WORDS)
# Where Uzbek has -ga, Turkmen has a vowel alone, which ends many Uzbek words.
TURKMEN = _suffixes(_endings(*_LATIN, ("bcdfghjklmnprstwz", "a e", 3)), **_LATIN_WORDS)
TAJIK = _suffixes(
    _endings(
        ("", "хо ро и е аш ашон амон атон", 3),
        ("бвгджзйклмнпрстфхчш", "он", 3),
        (_VOWELS, "ен гон вон ву", 3),
        ("бвгджзйклмнпрстфхчш", "у", 3),
        ("", "тар тарин", 3),
        ("", "ум умин", 3),
    ),
    short="об",
    whole="рохат даре сомони",
    irregular="",
    final="",
)
