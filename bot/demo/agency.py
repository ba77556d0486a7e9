"""The demo's second site on loopback: a small invented news agency that writes in Russian."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.utils import format_datetime
from html import escape

from aiohttp import web

from bot.demo.article import article_page

NAME = "Агентство «Керуен»"
# Its articles appear at another interval than the first site's; the first ones are there from the start.
ARTICLE_SECONDS = 13
FIRST_ARTICLES = 3
_FEED_ITEMS = 10
_FOLDER = "/novosti/"

# Headline and text of each invented article.
ARTICLES = (
    (
        "В Алматы открыли библиотеку в старом трамвайном депо",
        "Книги стоят там, где чинили вагоны, а читальный зал занял смотровую яму под стеклом. Вход бесплатный.",
    ),
    (
        "Рудники Кызылкума удвоили добычу урана",
        "Новые скважины дали вдвое больше урана, чем два года назад, сообщили горняки.",
    ),
    (
        "Узбекистан высадит миллион саженцев вдоль каналов",
        "Деревья должны удержать берега и воду; первые десять тысяч посадили школьники Хорезма.",
    ),
    (
        "Нацбанк Казахстана выпустил монету с изображением тазы",
        "Серебряная монета в 500 тенге посвящена охотничьей собаке кочевников. Тираж — три тысячи штук.",
    ),
    (
        "Грузовые поезда пошли по Срединному коридору через день",
        "Железнодорожники Казахстана и Азербайджана договорились об общем расписании до конца года.",
    ),
    (
        "Бишкек готовит реки к весеннему паводку",
        "Русла чистят в трёх районах Кыргызстана, а у мостов поставили датчики уровня воды.",
    ),
    (
        "Ядерный центр в Курчатове примет студентов пяти стран",
        "Учиться будут физики из Казахстана, Узбекистана, Кыргызстана, Таджикистана и Монголии.",
    ),
    (
        "Таджикистан продал соседям рекордный объём электроэнергии",
        "Станции на Вахше работали всё лето почти без остановок, сообщили энергетики.",
    ),
    (
        "Курс тенге после торгов почти не изменился",
        "Экспортёры продавали валюту, импортёры покупали; доллар остался там, где был утром.",
    ),
    (
        "Ашхабад проложит велодорожку длиной в сорок километров",
        "Она свяжет столицу Туркменистана с предгорьями; через каждые пять километров будет тень и вода.",
    ),
)


class Agency:
    """The agency, whose articles appear over time since it was created. `clock` returns seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._began = clock, clock()

    def add_to(self, application: web.Application) -> None:
        """Add the route of the feed to a site."""
        application.router.add_get("/rss/", self._feed)

    def _published(self) -> int:
        return min(FIRST_ARTICLES + int((self._clock() - self._began) // ARTICLE_SECONDS), len(ARTICLES))

    async def _feed(self, request: web.Request) -> web.Response:
        home = f"{request.url.origin()}{_FOLDER}"
        items = []
        for number in range(self._published())[-_FEED_ITEMS:][::-1]:
            title, text = ARTICLES[number]
            at = dt.datetime.fromtimestamp(self._began + (number - FIRST_ARTICLES + 1) * ARTICLE_SECONDS, dt.UTC)
            items.append(
                f"<item><title>{escape(title)}</title><link>{home}{number}/</link><guid>{number}</guid>"
                f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(text)}</description></item>"
            )
        feed = f"<title>{NAME}</title><link>{home}</link><description>Написано для демо</description>{''.join(items)}"
        text = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{feed}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    def page_of(self, path: str) -> str | None:
        """Return the page of a published article by its path, with or without a slash at the end."""
        number = path.strip("/").removeprefix(_FOLDER.strip("/")).strip("/")
        if not path.startswith(_FOLDER) or number not in map(str, range(self._published())):
            return None
        title, text = ARTICLES[int(number)]
        return article_page("ru", "Придумано для демо Jarchi", title, [text])
