"""The content of the demo's news site: invented articles, and when each appears."""

from __future__ import annotations

from dataclasses import dataclass

# Seconds between the articles that appear after the start; those at zero are there from the start.
ARTICLE_SECONDS = 8
FIRST_ARTICLES = 7


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An invented article: headline, paragraphs, the feed's categories."""

    title: str
    paragraphs: tuple[str, ...]
    categories: tuple[str, ...]


def _article(title: str, categories: str, *paragraphs: str) -> DemoArticle:
    return DemoArticle(title, paragraphs, tuple(categories.split(", ")))


ARTICLES = (
    _article(
        "Kazakhstan Adds Night Trains Between Almaty and Shymkent",
        "Kazakhstan, Transport",
        "The railway added two night trains a week on its busiest southern route, the ministry of transport said.",
        "Tickets for the first month were sold within a day, mostly to students and traders.",
    ),
    _article(
        "Uzbekistan Counts a Record Melon Harvest in Khorezm",
        "Uzbekistan, Economy",
        "Growers in the north-west brought in more melons than in any year on record, regional officials said.",
        "Cold storage for half of the crop is still being built, so prices in the bazaars are low.",
    ),
    _article(
        "Kyrgyzstan Repairs Its Oldest Mountain Observatory",
        "Kyrgyzstan, Culture",
        "The dome above the valley turns again after eleven years, and school classes come on Fridays.",
    ),
    _article(
        "Tajikistan Opens a Small Hydropower Station on the Varzob",
        "Tajikistan, Energy",
        "The station gives electricity to nine villages that used to be dark for most of the winter.",
        "Water for irrigation passes through the turbines first, engineers said.",
    ),
    _article(
        "Turkmenistan Plants Saxaul Along the Edge of the Karakum",
        "Turkmenistan, Environment",
        "Volunteers set forty thousand seedlings against the moving sand this autumn, a state newspaper wrote.",
    ),
    _article(
        "Carpet Makers of Five Countries Meet in Bukhara",
        "Culture, Uzbekistan",
        "Weavers compared knots, dyes and prices for three days, and argued about all of them.",
    ),
    _article(
        "Uranium Mine in the Kyzylkum Doubles Its Output",
        "Uzbekistan, Energy, Nuclear",
        "The operator said that new wells brought uranium production to twice the level of two years ago.",
    ),
    _article(
        "Kyrgyz National Bank Sells Dollars to Steady the Som",
        "Kyrgyzstan, Currency",
        "The regulator went to the market for the second time this month and sold dollars to smooth a sharp move.",
        "It said again that the exchange rate is free and that it only slows what is too quick.",
    ),
    _article(
        "Trucks Wait Four Days at the Kazakhstan-China Border",
        "Kazakhstan, China, Transport",
        "Drivers of some six hundred trucks are waiting at the crossing after a new customs system was switched on.",
        "The railway offered empty wagons to those with perishable loads.",
    ),
    _article(
        "Kazakhstan Shortlists Three Sites for a Second Nuclear Plant",
        "Kazakhstan, Energy, Nuclear",
        "A commission named three places near large lakes as possible sites for a nuclear power plant.",
        "Hearings in the nearest towns are to begin in spring; the reactor has not been chosen.",
    ),
    _article(
        "First Uranium Goes West by the Middle Corridor",
        "Kazakhstan, Transport, Nuclear",
        "A ship with uranium from the south of Kazakhstan crossed the Caspian, and trains take it on to the Black Sea.",
    ),
    _article(
        "Remittances to Tajikistan Grow for the Third Quarter",
        "Tajikistan, Migration, Economy",
        "Migrants sent more money home this quarter than in the same months of last year, the central bank said.",
        "Most of it came in rubles and was changed within a week.",
    ),
    _article(
        "Middle Corridor Ports Agree on One Tariff",
        "Transport, Kazakhstan, Azerbaijan",
        "Ports on both shores of the Caspian will ask one price for a container from next year.",
    ),
    _article(
        "Glacier Survey Finds Less Ice Above Bishkek",
        "Kyrgyzstan, Water, Environment",
        "Scientists measured the glaciers that feed the capital's rivers and found them thinner by a metre a year.",
        "The city plans two reservoirs for dry summers.",
    ),
    _article(
        "Afghanistan and Uzbekistan Reopen a Market on the Bridge",
        "Afghanistan, Uzbekistan, Economy",
        "Traders from both banks may again meet on three days a week, without a visa and until sunset.",
    ),
    _article(
        "Tashkent Metro Tests Trains Without Drivers",
        "Uzbekistan, Transport",
        "A train ran the whole of the new line at night with nobody in its cabin, and stopped at every door.",
    ),
    _article(
        "Kazakh Wrestlers Win Four Medals in Ulaanbaatar",
        "Kazakhstan, Sport",
        "The team came home with two golds and with a horse that one of its members was given.",
    ),
)


def articles_at(seconds: float) -> tuple[DemoArticle, ...]:
    """Return the articles that have appeared, oldest first."""
    count = FIRST_ARTICLES + int(max(seconds, 0) // ARTICLE_SECONDS)
    return ARTICLES[: min(count, len(ARTICLES))]


def appears_at(index: int) -> float:
    """Return the second at which an article appears; the first ones are spread over the day before."""
    return (index - FIRST_ARTICLES + 1) * (ARTICLE_SECONDS if index >= FIRST_ARTICLES else 3600.0 * 3)
