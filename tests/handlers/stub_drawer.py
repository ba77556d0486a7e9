"""A drawer of charts that draws nothing."""

from __future__ import annotations

from bot.delivery.drawing import DrawingFailed
from bot.views.picture import Picture


class StubDrawer:
    """Keeps the requested pictures; `fails` as if too many were waiting."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.fails = False

    async def draw(self, picture: Picture) -> bytes:
        if self.fails:
            raise DrawingFailed("too many pictures are waiting")
        self.pictures.append(picture)
        return b"png" * len(self.pictures)
