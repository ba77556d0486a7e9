"""The chart that tests draw."""

from __future__ import annotations

import datetime as dt

from bot.views.picture import Level, Picture

DAY = dt.date(2026, 11, 24)
POINTS = tuple((DAY - dt.timedelta(days=90 - n), 512 + n % 7 * 0.83) for n in range(91))
PICTURE = Picture(
    title="USD/KZT",
    last="514,49 ₸",
    subtitle="1 $ в ₸ · 90 дней",
    official=POINTS,
    ticker=POINTS[::5],
    levels=(Level(515.0, "515"), Level(900.0, "900"), Level(3.0, "3", above=False)),
    own_level="ваш {}",
    own_levels="ваши {}",
    language="ru",
    digits=2,
)
