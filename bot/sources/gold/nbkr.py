"""National Bank of the Kyrgyz Republic: HTML with the lists of several days, a date in each row, the newest first.

The columns are date, weight, buyback and sale; som with a point and two decimals, also for a bar of one ounce
(31.1035 g). The encoding is that of the page's own label: the bank's XML is in windows-1251, its history in UTF-8.
"""

from __future__ import annotations

import datetime as dt

PAGE = "https://www.nbkr.kg/index1.jsp?item=2747&lang=RUS"


def span(first: dt.date, last: dt.date) -> str:
    """Return the address of the lists of some days."""
    begin = f"begin_day={first:%d}&begin_month={first:%m}&begin_year={first:%Y}"
    return f"{PAGE}&{begin}&end_day={last:%d}&end_month={last:%m}&end_year={last:%Y}"
