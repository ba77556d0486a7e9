"""The row of buttons that turns the pages of a list."""

from __future__ import annotations

from collections.abc import Callable

from bot.views.message import Button


def turner(
    page: int, page_data: Callable[[int], str], *, more: bool, pages: int | None = None
) -> tuple[tuple[Button, ...], ...]:
    """Return the row `‹ 2/3 ›`, or no row for the only page. Pages count from 0.

    `page_data` returns the callback data of a page; `pages` is the number of all. Where that is not known (None) the
    row has no page number, which would look like the number of an article.
    """
    if page == 0 and not more:
        return ()
    place = (Button(f"{page + 1}/{pages}", data=page_data(page)),) if pages else ()
    before = (Button("‹", data=page_data(page - 1)),) if page else ()
    after = (Button("›", data=page_data(page + 1)),) if more else ()
    return ((*before, *place, *after),)
