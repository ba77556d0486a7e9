"""The labels of a drawn chart, and whether they can be read."""

from __future__ import annotations

from matplotlib.transforms import Bbox

from bot.views.chart import compose
from bot.views.chart_sheet import HEIGHT, WIDTH
from bot.views.picture import Picture


def words_of(picture: Picture) -> list[tuple[str, Bbox]]:
    """All labels of a picture, with the boxes they fill."""
    figure = compose(picture)
    figure.draw_without_rendering()
    return [(text.get_text(), text.get_window_extent()) for text in figure.texts if text.get_text()]


def assert_readable(picture: Picture) -> None:
    placed = words_of(picture)
    for words, box in placed:
        assert min(box.x0, box.y0, WIDTH - box.x1, HEIGHT - box.y1) >= 0, words
    for n, (words, box) in enumerate(placed):
        for others, other in placed[n + 1 :]:
            assert not box.overlaps(other), (words, others)
