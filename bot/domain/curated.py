"""Curated topics: wishes many people share, as named queries. Their names are in the catalogs (topics.name.<slug>)."""

from __future__ import annotations

from bot.domain.spelling import fold

# Words after `country:` with the country they name.
COUNTRY_NAMES = {
    name: slug
    for slug, names in {
        "kazakhstan": "kz казахстан қазақстан qazaqstan qozogiston",
        "kyrgyzstan": "kg кыргызстан киргизия kyrgyz",
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
COUNTRIES = {
    "kazakhstan": "kazakh* OR astana OR almaty OR tokayev OR казах* OR токаев*",
    "kyrgyzstan": "kyrgyz* OR bishkek OR japarov OR кыргыз* OR киргиз* OR бишкек* OR жапаров*",
    "uzbekistan": "uzbek* OR tashkent OR mirziyoyev OR узбек* OR ташкент* OR мирзиёев*",
    "tajikistan": "tajik* OR dushanbe OR rahmon OR таджик* OR душанбе OR рахмон*",
    "turkmenistan": "turkmen* OR ashgabat OR туркмен* OR ашхабад*",
    "afghanistan": "afghan* OR kabul OR taliban OR афган* OR кабул OR талиб*",
    "russia": "russia* OR moscow OR kremlin OR putin OR росси* OR москв* OR кремл* OR путин*",
    "china": "china OR chinese OR beijing OR китай* OR китая OR пекин*",
}
# Words that are seldom said in passing: "security" and "economic" stand in most stories about the region.
THEMES = {
    "currency": '"exchange rate" OR currency OR devaluation OR tenge OR soum OR somoni OR ruble OR "national bank"'
    ' OR "central bank" OR валют* OR тенге OR рубль',
    "economy": 'gdp OR inflation OR unemployment OR "economic growth" OR "state budget" OR "foreign investment"'
    ' OR "world bank" OR "interest rate" OR ввп OR инфляц* OR безработиц*',
    "energy": 'energy OR electricity OR "power plant" OR "power grid" OR hydropower OR gas OR oil OR pipeline OR solar'
    " OR энерг* OR газ OR нефть",
    "nuclear": "nuclear OR uranium OR rosatom OR kazatomprom OR атомн* OR ядерн* OR уран",
    "water": "water OR irrigation OR reservoir OR glacier OR aral OR вода OR водн* OR водохранил* OR ледник OR арал",
    "transport": 'railway OR rail OR logistics OR "middle corridor" OR airport OR trucks OR highway'
    " OR железн* OR транспорт*",
    "migration": "migrant OR migration OR remittance OR diaspora OR мигрант* OR миграц*",
    "security": 'terrorism OR terrorist OR extremism OR military OR army OR "armed forces" OR "border guard" OR drone'
    " OR weapons OR csto OR террор* OR армия OR оружие",
}
TOPICS = {**COUNTRIES, **THEMES}
# The themes that may say why a currency moved, and whose currency it is.
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


def stems_of(slug: str) -> tuple[str, ...]:
    """Return the beginnings of words by which a topic is known, folded: where a whole search would cost too much."""
    return tuple(fold(term).strip(' "*') for term in TOPICS[slug].split(" OR "))


def slug_of(words: str, names: dict[str, str]) -> str | None:
    """Return the country that typed words name, in any shipped language; `names`: folded name -> slug.

    Only countries: a person who types a theme's word (`nuclear`) means that word, and picks the theme by its button.
    """
    folded = fold(words).strip()
    slug = folded if folded in TOPICS else names.get(folded)
    return slug if slug in COUNTRIES else None
