"""Curated topics: named queries that many people follow. Their words are reviewed in this one place.

Their names are in the catalogs (topics.name.<slug>). A person's query refers to one as `topic:energy`, so new
words here apply to everybody. How they are reviewed: docs/topics.md. Each line of a topic is a set of alternatives.
"""

from __future__ import annotations

import re

from bot.domain.spelling import fold
from bot.domain.vocabulary import meaning_of

# Names of countries after `country:`, normalized, with their country.
COUNTRY_NAMES = {
    name: slug
    for slug, names in {
        "kazakhstan": "kz казахстан қазақстан qazaqstan qozogiston",
        "kyrgyzstan": "kg кыргызстан киргизия киргизстан",
        "uzbekistan": "uz узбекистан ўзбекистон ozbekiston",
        "tajikistan": "tj таджикистан тоҷикистон",
        "turkmenistan": "tm туркменистан туркмения",
        "afghanistan": "af афганистан",
        "russia": "ru россия",
        "china": "cn китай",
        "mongolia": "mn монголия",
        "azerbaijan": "az азербайджан",
    }.items()
    for name in (slug, *names.split())
}

# Cities and leaders that imply a country; other spellings of names are in bot/domain/variants.py.
_COUNTRIES = {
    "kazakhstan": (
        "kazakh* OR казах* OR қазақ* OR qazaq*",
        "astana OR almaty OR shymkent OR aktau OR aktobe OR atyrau OR karaganda OR tokayev",
        "актобе OR атырау OR караганд*",
    ),
    "kyrgyzstan": (
        "kyrgyz* OR кыргыз* OR киргиз*",
        'bishkek OR "jalal abad" OR "issyk kul" OR japarov OR "иссык куль"',
    ),
    "uzbekistan": (
        "uzbek* OR узбек* OR ўзбек* OR ozbek*",
        "tashkent OR samarkand OR bukhara OR fergana OR navoi OR karakalpak* OR mirziyoyev OR каракалпак* OR ферган*",
    ),
    "tajikistan": ("tajik* OR таджик* OR тоҷик*", "dushanbe OR khujand OR rahmon OR pamir* OR памир*"),
    "turkmenistan": ("turkmen* OR туркмен*", "ashgabat OR awaza OR berdimuhamedov OR аваза"),
    "afghanistan": ("afghan* OR афган*", "kabul OR taliban OR кабул* OR талиб*"),
    "russia": (
        "russia* OR росси*",
        "moscow OR kremlin OR putin OR lavrov OR petersburg OR москв* OR кремл* OR лавров*",
    ),
    "china": ("china OR chinese OR китай* OR китае* OR китая OR китаю", "beijing OR xinjiang OR пекин* OR синьцзян*"),
    "mongolia": ("mongol* OR монгол*", "ulaanbaatar OR улан-батор"),
    "azerbaijan": ("azerbaijan* OR azeri OR азербайджан*", "baku OR aliyev OR баку"),
}
# Words that are rarely mentioned in passing: "security" and "economic" are in most articles about the region.
_THEMES = {
    "currency": (
        '"exchange rate" OR currency OR devaluation OR tenge OR soum OR somoni OR ruble OR rouble OR forex',
        '"national bank" dollar OR "central bank" dollar OR title:som OR валют* OR девальвац* OR тенге OR рубль',
        'сомони OR сум доллар OR сом доллар OR "курс доллара"',
    ),
    "economy": (
        'gdp OR inflation OR unemployment OR title:economy OR "economic growth" OR "state budget" OR title:budget',
        '"consumer price" OR "foreign investment" OR "world bank" OR imf OR "interest rate" OR "base rate"',
        '"tax code" OR recession OR "public debt" OR "external debt" OR poverty OR ввп OR инфляц* OR безработиц*',
        '"рост экономики" OR "базовая ставка" OR "ключевая ставка" OR мвф OR "всемирный банк" OR "внешний долг"',
        "инвестици* экономик*",
    ),
    "energy": (
        'energy OR electricity OR "power plant" OR "power grid" OR "power station" OR "power supply"',
        '"power outage" OR "power line" OR blackout OR hydropower OR gas -tear OR oil -vegetable -sunflower',
        'pipeline OR refinery OR solar OR "wind farm" OR "atomic power" OR "nuclear power" OR "small reactor"',
        "coal power OR gasoline OR энергетик* OR энергетич* OR энергии OR электр* OR электроэнерг* OR газ OR нефть",
        "нефтян* OR нефтепровод* OR газопровод* OR трубопровод* OR гэс OR тэц OR аэс станция",
    ),
    "nuclear": (
        'nuclear OR uranium OR rosatom OR kazatomprom OR reactor OR "atomic energy" OR "atomic power" OR iaea',
        "атомн* OR ядерн* OR уран OR урановый OR аэс OR казатомпром* OR росатом* OR магатэ",
    ),
    "water": (
        'irrigation OR reservoir OR glacier OR aral OR canal OR drought OR "amu darya" OR "syr darya"',
        'hydrologist OR title:water OR "water shortage" OR "drinking water" OR "water level" OR "water resources"',
        '"hydropower plant" OR flood OR воды полив OR водн* OR водохранил* OR ледник OR аральск* OR арал OR засух*',
        "амударь* OR сырдарь* OR title:вода OR паводк* OR орошен*",
    ),
    "transport": (
        'railway OR railroad OR rail OR "freight train" OR "logistics hub" OR title:logistics OR "middle corridor"',
        '"trans caspian" OR airport OR airline OR "direct flight" OR "direct flights" OR truck OR haulier',
        'highway OR freight OR metro OR ferry OR seaport OR title:cargo OR title:container OR "container train"',
        "железнодорож* OR железная дорога OR поезд OR метро OR аэропорт* OR авиарейс* OR грузовик* OR логистик*",
        '"средний коридор" OR грузоперевоз* OR автодорог* OR транспортн*',
    ),
    "migration": (
        'migrant OR migration OR remittance OR diaspora OR deport OR refugee OR "work permit" OR "guest worker"',
        'мигрант* OR миграци* OR миграцион* OR диаспор* OR депортир* OR беженц* OR "денежные переводы"',
    ),
    "security": (
        'terrorist OR title:terrorism OR "terrorist attack" OR extremist OR militant OR gunman OR title:military',
        '"armed forces" OR "military exercise" OR "military base" OR "border guard" OR "border clash" OR drone',
        "weapon OR csto OR insurgent OR title:troops OR missile OR soldier OR cyberattack",
        'title:"national security" OR террор* OR экстремис* OR боевик* OR военн* OR армия OR оружие OR одкб',
        "беспилотник* OR дрон OR взрывчатк* OR пограничник*",
    ),
    "politics": (
        'title:election OR "early election" OR "presidential election" OR title:parliament OR title:parliamentary',
        "referendum OR opposition OR title:president vote OR title:lawmaker OR title:senate OR title:constitution",
        "impeachment OR title:summit OR coup OR protester OR выборы OR парламент* OR референдум* OR оппозици*",
        "депутат OR сенат* OR конституци* OR саммит*",
    ),
    "culture": (
        "museum OR exhibition OR film OR cinema OR theatre OR theater OR title:festival OR opera OR manuscript",
        "novelist OR poet OR poetry OR musician OR painter OR folklore OR unesco OR heritage OR музей* OR музее",
        "выставк* OR кино OR кинофестивал* OR фильм OR театр* OR фестивал* OR поэт OR концерт* OR юнеско",
    ),
    "environment": (
        'pollution OR smog OR "climate change" OR ecology OR ecological OR biodiversity OR wildlife OR wetland',
        'emission OR "air quality" OR "planting trees" OR reforestation OR glacier OR deforestation',
        '"snow leopard" OR endangered OR poaching OR desertification OR "изменение климата" OR "изменении климата"',
        "эколог* OR смог OR загрязнен* OR выброс* OR опустынив* OR заповедник* OR ледник OR браконьер*",
    ),
    "sport": (
        "olympic OR football OR footballer OR wrestler OR wrestling OR boxer OR boxing OR judo OR marathon",
        'athlete OR athletics OR "world championship" OR tournament coach OR medalist OR "gold medal"',
        '"world cup" OR chess OR goalkeeper OR футбол* OR олимпи* OR борец OR бокс OR боксер* OR дзюдо*',
        'чемпионат OR "чемпион мира" OR спортсмен* OR сборная тренер',
    ),
}


def _joined(topics: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {slug: " OR ".join(lines) for slug, lines in topics.items()}


COUNTRIES, THEMES = _joined(_COUNTRIES), _joined(_THEMES)
TOPICS = {**COUNTRIES, **THEMES}
# The themes that may explain why a currency moved, and the country of each currency.
ECONOMY = ("currency", "economy")
COUNTRY_OF = {
    "KZT": "kazakhstan",
    "KGS": "kyrgyzstan",
    "UZS": "uzbekistan",
    "TJS": "tajikistan",
    "TMT": "turkmenistan",
    "AFN": "afghanistan",
    "RUB": "russia",
    "CNY": "china",
}

# The countries by the codes that the vocabulary gives places.
_COUNTRY_OF_PLACE = {**COUNTRY_OF, "MNT": "mongolia", "AZN": "azerbaijan"}

# One word, perhaps a beginning of words, or one phrase.
_PLAIN_TERM = re.compile(r'(?:"([^"]+)"|([^\s":*]+)\*?)')


def stems_of(slug: str) -> tuple[str, ...]:
    """Return the normalized prefixes and phrases that identify a topic in titles alone.

    Alternatives that need a field or a second word are left out.
    """
    terms = (term.strip() for term in TOPICS[slug].split(" OR "))
    return tuple(fold(found[1] or found[2]) for term in terms if (found := _PLAIN_TERM.fullmatch(term)))


def query_of(slug: str) -> str:
    """Return a person's query for a curated topic."""
    return f"topic:{slug}"


def slug_of(words: str, names: dict[str, str]) -> str | None:
    """Return the country for typed words, in any shipped language; `names`: normalized name -> slug.

    Only countries: a person who types a theme's word (`nuclear`) means that word, and chooses the theme by its button.
    """
    normalized = fold(words).strip()
    slug = normalized if normalized in TOPICS else names.get(normalized)
    if slug is None:
        kind, _, code = meaning_of(normalized).partition(":")  # other forms of a name: `таджикистана`
        slug = _COUNTRY_OF_PLACE.get(code) if kind == "place" else None
    return slug if slug in COUNTRIES else None
