"""Words of headlines in normal form: common ones, numbers, and those that exclude each other.

They are English and Russian, then Kazakh, Kyrgyz, Uzbek in both alphabets, Tajik and Turkmen. A word that means
another thing in another of these (`men`: I, men) is left out.
"""

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
    новые после перед более менее уже еще или который которая которые чтобы президент
    және мен бен пен туралы үшін бойынша кейін дейін қалай неге бұл деп болды болады жаңа жыл жылы айтты президенті
    жана менен жөнүндө үчүн боюнча кийин чейин бул деди болду болот жаңы айтты президенти
    va bilan haqida uchun boyicha keyin qadar qanday bu deb boldi boladi yangi yil yili dedi aytdi prezident prezidenti
    ва билан ҳақида учун буйича бўйича кейин қадар қандай бу бўлди бўлади янги йил йили айтди
    дар аз ба бо барои бораи то ки ин он буд шуд мешавад нав соли гуфт
    we bilen barada ucin boyunca son cenli nahili bolup boldy taze yylda yyly diydi aytdy"""
)
DAYS = _words(
    """monday tuesday wednesday thursday friday saturday sunday
    понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье
    дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі дүйшөмбү шейшемби шаршемби бейшемби ишемби жекшемби
    seshanba chorshanba payshanba juma shanba yakshanba сешанба чоршанба пайшанба жума шанба якшанба
    сешанбе чоршанбе панҷшанбе ҷумъа шанбе якшанбе dusenbe sisenbe carsenbe pensenbe anna senbe yeksenbe"""
)
MONTHS = _words(
    """january february march april may june july august september october november december
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
    yanvar fevral mart aprel iyun iyul avgust sentabr oktabr noyabr dekabr sentyabr oktyabr
    январ феврал апрел июн июл сентябр октябр ноябр декабр"""
)
# One is an article and a pronoun as well; from two on words count.
NUMBERS = {
    word: str(number)
    for number, spelled in enumerate(
        (
            *("two два две екі эки ikki икки ду iki", "three три үш үч uch уч uc"),
            *("four четыре төрт tort тўрт чор dort", "five пять бес беш besh панҷ"),
            *("six шесть алты olti олти alty", "seven семь жеті жети yetti етти ҳафт yedi"),
            *("eight восемь сегіз сегиз sakkiz саккиз ҳашт sekiz", "nine девять тоғыз тогуз toqqiz тўққиз dokuz"),
            *("ten десять даҳ", "eleven одиннадцать", "twelve двенадцать"),
        ),
        2,
    )
    for word in spelled.split()
}
# The beginnings of the names of countries and of the words made of them; the second spellings are of the first.
ROOTS = {
    **{name: name for name in _words("kazakh kyrgyz tajik turkmen uzbek afghan russia china")},
    **{name: name for name in _words("казах кыргыз таджик туркмен узбек афган росси кита")},
    **{name: name for name in _words("қазақ қырғыз өзбек тәжік түрікмен ауған ресей қытай")},
    **{name: name for name in _words("казакс тажик түркмөн ооган қозо қирғиз ўзбек тожик туркман афғон хито")},
    **{name: name for name in _words("qozo qirgiz ozbek tojik turkman afgon rossiya xitoy қазоқ тоҷик")},
    **{name: name for name in _words("gazagystan gyrgyz tajigistan owgan orsyet russiya hytay")},
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
        strengthen strengthens higher рост растет вырос выросла выросли укрепляется укрепился подорожал подорожали
        өсті артты қымбаттады нығайды өстү көбөйдү кымбаттады бекемделди oshdi kotarildi qimmatladi ortdi mustahkamlandi
        ошди кўтарилди қимматлади ортди афзуд афзоиш боло гарон artdy gymmatlady yokarlandy osdi""",
        """fall falls fell drop drops decline declines weaken weakens lose loses cut cuts lower lowers slow slows slip
        slips down reduce reduces снижение снизился снизилась снизились падает упал упала упали подешевел подешевели
        төмендеді арзандады кеміді азайды әлсіреді төмөндөдү алсырады pasaydi arzonlashdi kamaydi tushdi
        zaiflashdi пасайди арзонлашди камайди тушди паст арзон коҳиш peseldi arzanlady azaldy""",
    ),
    (
        "propose proposes draft drafts consider considers предложил предложили ұсынды сунуштады taklif таклиф teklip",
        """pass passes passed approve approves approved adopt adopts adopted одобрил одобрили принял приняли принят
        қабылдады мақұлдады кабылдады жактырды maqulladi мақуллади тасдиқ tassyklady""",
        "sign signs signed enact enacts подписал подписали подписан imzoladi имзолади имзо",
        """reject rejects rejected veto vetoes cancel cancels canceled scrap scraps отклонил отклонили отменил отменили
        қайтарды четке жокко rad рад""",
        """discuss discusses discussed обсудил обсудили обсуждают талқылады талкуулады талкуулашты muhokama муҳокама
        муҳокима""",
    ),
    (
        """detain detains detained arrest arrests arrested задержан задержали арестован арестовали ұсталды ұстады
        қамалды кармалды камакка ushlandi ушланди боздошт tussag""",
        "charge charged indict indicted обвинен обвинили",
        "sentence sentences sentenced jail jailed convict convicted осужден осудили приговорен приговорили",
        """release releases released free freed acquit acquitted освобожден освободили оправдан босатылды бошотулду
        ozod озод bosadyldy""",
        "extradite extradites extradited экстрадирован экстрадировали",
    ),
    (
        """open opens opened launch launches launched resume resumes resumed reopen reopens reopened start starts begins
        breaks открыл открыли запустили ашылды ашты ачылды ачты басталды башталды ochildi boshlandi очилди бошланди
        кушода оғоз acyldy baslandy""",
        """close closes closed shut shuts halt halts halted suspend suspends suspended stop stops end ends ended contain
        contains contained закрыл закрыли закрыт жабылды жапты тоқтатылды тоқтады токтотулду токтоду yopildi toxtatildi
        епилди тўхтатилди баста қатъ yapyldy""",
    ),
    ("import imports imported импорт", "export exports exported экспорт"),
    (
        """kill kills killed die dies died dead death deaths погиб погибли погибла убит убиты умер умерли қаза өлді
        қайтыс каза өлдү halok vafot ҳалок вафот фавт""",
        """rescue rescues rescued save saves saved survive survives survived спасен спасены спасли выжил выжили
        құтқарылды куткарылды qutqarildi қутқарилди наҷот""",
    ),
)
# Each word of those with its row and the place of its answer.
ASPECTS = {
    word: (row, place)
    for row, answers in enumerate(_ASPECTS)
    for place, said in enumerate(answers)
    for word in _words(said)
}
