"""The chart that tests draw."""

from __future__ import annotations

import datetime as dt

from bot.views.picture import Picture

DAY = dt.date(2026, 11, 24)
POINTS = tuple((DAY - dt.timedelta(days=90 - n), 512 + n % 7 * 0.83) for n in range(91))
PICTURE = Picture(
    title="USD/KZT",
    subtitle="₸ за один доллар · 90 дней",
    official=POINTS,
    ticker=POINTS[::5],
    lines=((515.0, "> 515"), (900.0, "> 900"), (3.0, "< 3")),
    official_name="Национальный банк Казахстана",
    ticker_name="The Times of Central Asia",
    footer="24 ноября 2026",
    language="ru",
    digits=2,
)
