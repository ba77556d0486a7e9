"""Central Bank of Uzbekistan: HTML with one price list, dated in words beside the table; whole soum for the bar.

The columns are weight, sale, buyback with the package intact, and with it damaged. Buyback prices have been published
since 5 January 2026.
"""

from __future__ import annotations

PAGE = "https://cbu.uz/uz/banknotes-coins/gold-bars/prices/"
