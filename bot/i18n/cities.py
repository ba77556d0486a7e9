"""Names of cities by time zone: those of the CLDR (Babel), corrected where the press of a language writes others."""

from __future__ import annotations

from babel.dates import get_timezone_location

from bot.domain.languages import BY_CODE
from bot.i18n.uzbek_cyrillic import MADE_FROM, cyrillic

# The CLDR has the Russian name, an older one, or one that the language's own press does not use.
_OWN = {
    "kk": {"Asia/Ashgabat": "Ашғабат"},
    "uz": {"Asia/Almaty": "Olmaota", "Asia/Oral": "Oral"},
    "tg": {"Asia/Tashkent": "Тошканд", "Asia/Ashgabat": "Ашқобод"},
    "tk": {"Asia/Tashkent": "Daşkent", "Asia/Samarkand": "Samarkant"},
}
# Uzbek names in the CLDR have quotation marks for the letters oʻ and gʻ.
_UZBEK = str.maketrans("‘’", "ʻʼ")


def city(zone: str, language: str) -> str:
    """Return the name of a zone's city in a language."""
    if language in MADE_FROM:
        return cyrillic(city(zone, MADE_FROM[language]))
    own = _OWN.get(language, {}).get(zone)
    return own or get_timezone_location(zone, locale=BY_CODE[language].locale, return_city=True).translate(_UZBEK)
