"""The actions of the buttons under prices of gold bars (see bot/views/actions.py)."""

from __future__ import annotations

from bot.domain.charts import RANGES
from bot.domain.gold import CURRENCY_OF
from bot.views.buttons import NUMBER, Access, action, choice

# The bank; the bank, the weight of the bar in grams, and the range of the chart.
GOLD_SHOW = action("gold:show", choice(CURRENCY_OF))
GOLD_CHART = action("gold:chart", choice(CURRENCY_OF), NUMBER, choice(RANGES))
# Begins an alert on gold.
GOLD_ALERT = action("gold:alert", access=Access.ADMINS)
