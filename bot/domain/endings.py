"""Endings: the forms of a word that a cell of the vocabulary stands for. Pure.

The letters after the `*` of an entry name the class of its endings in the language of the column: `доллар*`, `лир*а`,
`рубл*ь`, `теңге*ні`. A word ending differently is listed in full, so that no form is invented.
"""

from __future__ import annotations

from functools import lru_cache

from bot.domain.spelling import fold

# The endings of each class, by column.
_ENDINGS = {
    "en": {
        "": "s es 's",
    },
    "ru": {
        "": "а у ом е ы и ов ам ами ах",
        "а": "а ы и у е ой ам ами ах",
        "ь": "ь я ю ем е и ей ью ям ями ях",
        "я": "я и ю ей й ям ями ях",
        "ый": "ый ий ой ая ое ее ые ие ого его ому ему ую ым им ых их ыми ими ом ем ей",
    },
    # Turkic classes are named by their accusative: `доллар*ды`, `теңге*ні`, `сом*ду`. Then cases, possessive, plural.
    "kk": {
        "ды": "ды дың ның ға да дан мен ы ын ының ына ында ынан ымен дағы ындағы лар лары",
        "ді": "ді дің нің ге де ден мен і ін інің іне інде інен імен дегі індегі лер лері",
        "ты": "ты тың қа та тан пен ы ын ының ына ында ынан ымен тағы ындағы тар тары",
        "ті": "ті тің ке те тен пен і ін інің іне інде інен імен тегі індегі тер тері",
        "ны": "ны ның ға да дан мен сы сын сының сына сында сынан дағы сындағы лар лары",
        "ні": "ні нің ге де ден мен сі сін сінің сіне сінде сінен дегі сіндегі лер лері",
        # Of numerals the dative and the ablative alone: `онда` and `алтыны` are other words.
        "ға": "ға дан нан",
        "ге": "ге ден нен",
        "қа": "қа тан",
        "ке": "ке тен",
        # Verbs are named by their polite imperative: `ауыстыр*ыңыз`, `ізде*ңіз`.
        "ыңыз": "ыңыз ыңызшы шы ып са сам сақ саңыз у уға уды а ғым қым айын амын",
        "іңіз": "іңіз іңізші ші іп се сем сек сеңіз у уге уді е гім кім ейін емін",
        "ңыз": "ңыз ңызшы шы п са сам сақ саңыз у уға уды й ғым йын ймын",
        "ңіз": "ңіз ңізші ші п се сем сек сеңіз у уге уді й гім йін ймін",
        "ga": "ga ge ka ke da de dan den ny di dy ti ty nyn din dyn men",
        "ge": "ge ga de da den dan di dy ni nin din dyn men",
        "ty": "ty tyn y yn",
    },
    "ky": {
        "ды": "ды дын нын га да дан ы ын ынын ына ында ынан дагы ындагы лар лары",
        "ди": "ди дин нин ге де ден и ин инин ине инде инен деги индеги лер лери",
        "ты": "ты тын ка та тан ы ын ынын ына ында ынан тагы ындагы тар тары",
        "ти": "ти тин ке те тен и ин инин ине инде инен теги индеги тер тери",
        "ду": "ду дун нун га го да до дан дон у ун унун уна унда унан дагы догу ундагы лар",
        "дү": "дү дүн нүн гө дө дөн ү үн үнүн үнө үндө үнөн дөгү үндөгү лөр",
        "ту": "ту тун ка ко та то тан тон у ун унун уна унда унан тагы тогу ундагы тар",
        "тү": "тү түн кө тө төн ү үн үнүн үнө үндө үнөн төгү үндөгү төр",
        "ны": "ны нын га да дан сы сын сынын сына сында сынан дагы сындагы лар лары",
        "ни": "ни нин ге де ден си син синин сине синде синен деги синдеги лер лери",
        "нү": "нү нүн гө дө дөн сү сүн сүнүн сүнө сүндө дөгү лөр",
        "ну": "ну нун го до дон су сун сунун суна сунда сунан догу сундагы лор",
        "га": "га дан",
        "ге": "ге ден",
        "го": "го дон",
        "ка": "ка тан",
        "ке": "ке тен",
        "кө": "кө төн",
        "ыңыз": "ыңыз ыңызчы чы ып са сам сак уу ууга ууну гым кым айын ам гыла кыла ыш",
        "иңиз": "иңиз иңизчи чи ип се сем сек үү үүгө үүнү гим ким ейин ем гиле киле иш",
        "уңуз": "уңуз уңузчу чу уп со сом сок уу ууга ууну гум кум оюн ом гула кула уш",
        "үңүз": "үңүз үңүзчү чү үп сө сөм сөк үү үүгө үүнү гүм күм өйүн өм гүлө күлө үш",
        "ңыз": "ңыз ңызчы чы п са сам сак й гым йын йм гыла ш",
        "ңиз": "ңиз ңизчи чи п се сем сек й гим йин йм гиле ш",
        "ga": "ga go ka da dan dy di dyn din",
        "tu": "tu tun u un",
    },
    # Tajik: the ezafe, the object and the plural, also typed without the letters of its own.
    "tg": {
        "": "и иро ро ҳо ҳои ҳоро хо хои хоро",
    },
    # Turkmen words with back vowels that end in a consonant and in a vowel: cases, the plural, possession.
    "tk": {
        "": "y yň ym yny ynyň yna yndan ynda uň u a da dan lar lara lary laryň lyk",
        "ny": "ny nyň da dan lar lara lary sy syny synyň syna synda syndan lyk",
    },
    # Uzbek words that end in a consonant, in a vowel and in k, and possessive forms alone: `grafig*i`.
    "uz": {
        "": "ni ning ga da dan dagi lik mi lar larni larning larga i ini ining iga ida idan lari larini",
        "si": "ni ning ga da dan dagi lik mi lar larni larning larga si sini sining siga sida sidan lari larini",
        "ka": "ni ning ka ga da dan dagi lik mi lar larni larning larga i ini ining iga ida idan lari larini",
        "i": "i ini ining iga ida idan",
    },
    "uz_Cyrl": {
        "": "ни нинг га да дан даги лик ми лар ларни ларнинг ларга и ини ининг ига ида идан лари ларини",
        "си": "ни нинг га да дан даги лик ми лар ларни ларнинг ларга си сини сининг сига сида сидан лари ларини",
        "ка": "ни нинг ка га да дан даги лик ми лар ларни ларнинг ларга и ини ининг ига ида идан лари ларини",
        "и": "и ини ининг ига ида идан",
    },
}
# Classes whose bare stem is no word: `рубл`, `росси`, `китайск`.
_NO_WORD = frozenset((("ru", "ь"), ("ru", "я"), ("ru", "ый"), ("uz", "i"), ("uz_Cyrl", "и")))


def forms(entry: str, column: str) -> list[str]:
    """Return the words that a normalized entry of a cell stands for; a phrase has spaces."""
    stem, star, ending = entry.replace("_", " ").partition("*")
    return [stem + each for each in _endings(column, ending)] if star and stem else [entry.replace("_", " ")]


@lru_cache(maxsize=128)
def _endings(column: str, ending: str) -> tuple[str, ...]:
    """Return the endings of a class, the empty one among them if the bare stem is a word."""
    bare = () if (column, ending) in _NO_WORD else ("",)
    return (*bare, *map(fold, _ENDINGS[column][ending].split()))
