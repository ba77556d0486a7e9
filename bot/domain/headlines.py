"""Words of headlines, English and Russian, in normal form: common ones, numbers, and those that exclude each other."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words without meaning for the event.
COMMON = _words(
    """a about after again ago ahead all also an and are around as at be because been before being between both but by
    can did do during each for former from get gets given gives had has have he head her his how if in into is it its
    last late latest leader more most near new next no not now of off official officials on one only or other our out
    over part people percent plan plans president reported reports s said say says set she since so some state still
    than that the their them there they this time to told took under until up was way we were what when where which
    while who will with would year years
    в во на с со к ко о об от до по за из у и а но не что как это для при над под года год году лет также его ее их он
    она они был была были будет будут стал стала стали сообщил сообщила сообщает заявил заявила рассказали новый новая
    новые после перед более менее уже еще или который которая которые чтобы президент"""
)
DAYS = _words(
    """monday tuesday wednesday thursday friday saturday sunday
    понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье"""
)
MONTHS = _words(
    """january february march april may june july august september october november december
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря"""
)
# One is an article and a pronoun as well; from two on words count.
NUMBERS = {
    word: str(number)
    for number, spelled in enumerate(
        (
            *("two два две", "three три", "four четыре", "five пять", "six шесть", "seven семь", "eight восемь"),
            *("nine девять", "ten десять", "eleven одиннадцать", "twelve двенадцать"),
        ),
        2,
    )
    for word in spelled.split()
}
# The beginnings of the names of countries and of the words made of them; the second spellings are of the first.
ROOTS = {
    **{name: name for name in _words("kazakh kyrgyz tajik turkmen uzbek afghan russia china")},
    **{name: name for name in _words("казах кыргыз таджик туркмен узбек афган росси кита")},
    "chines": "china",
    "российск": "росси",
    "киргиз": "кыргыз",
}
# Whether something comes from what is named next, or goes there.
COMES_FROM = {"from": True, "из": True, "to": False, "into": False, "в": False}
# A row is an aspect with its values: headlines with words of different values report different events.
_ASPECTS = (
    (
        """rise rises rose raise raises grow grows grew growth gain gains increase increases climb climbs jump jumps up
        strengthen strengthens higher рост растет вырос выросла выросли укрепляется укрепился подорожал подорожали""",
        """fall falls fell drop drops decline declines weaken weakens lose loses cut cuts lower lowers slow slows slip
        slips down reduce reduces снижение снизился снизилась снизились падает упал упала упали подешевел подешевели""",
    ),
    (
        "propose proposes draft drafts consider considers предложил предложили",
        "pass passes passed approve approves approved adopt adopts adopted одобрил одобрили принял приняли принят",
        "sign signs signed enact enacts подписал подписали подписан",
        "reject rejects rejected veto vetoes cancel cancels canceled scrap scraps отклонил отклонили отменил отменили",
        "discuss discusses discussed обсудил обсудили обсуждают",
    ),
    (
        "detain detains detained arrest arrests arrested задержан задержали арестован арестовали",
        "charge charged indict indicted обвинен обвинили",
        "sentence sentences sentenced jail jailed convict convicted осужден осудили приговорен приговорили",
        "release releases released free freed acquit acquitted освобожден освободили оправдан",
        "extradite extradites extradited экстрадирован экстрадировали",
    ),
    (
        """open opens opened launch launches launched resume resumes resumed reopen reopens reopened start starts begins
        breaks открыл открыли запустили""",
        """close closes closed shut shuts halt halts halted suspend suspends suspended stop stops end ends ended contain
        contains contained закрыл закрыли закрыт""",
    ),
    ("import imports imported импорт", "export exports exported экспорт"),
    (
        "kill kills killed die dies died dead death deaths погиб погибли погибла убит убиты умер умерли",
        "rescue rescues rescued save saves saved survive survives survived спасен спасены спасли выжил выжили",
    ),
)
# Each word of those with its row and the place of its answer.
ASPECTS = {
    word: (row, place)
    for row, answers in enumerate(_ASPECTS)
    for place, said in enumerate(answers)
    for word in _words(said)
}
