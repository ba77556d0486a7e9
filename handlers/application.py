"""The library's application without the state that it keeps for each person and chat."""

from __future__ import annotations

from typing import Any

from telegram.ext import Application


class StatelessApplication(Application[Any, Any, Any, Any, Any, Any]):
    """An Application that retains nothing of an update once it is handled.

    The library's own notes the chat and the user of each update for a persistence, also where there is none: two ids
    for every person who ever spoke to this process (docs/decisions/0061).
    """

    async def process_update(self, update: object) -> None:
        """Pass an update to the first handler of each group that takes it; errors go to the error handlers."""
        for handlers in self.handlers.values():
            for handler in handlers:
                check = handler.check_update(update)
                if check is None or check is False:
                    continue
                context = self.context_types.context.from_update(update, self)
                try:
                    await handler.handle_update(update, self, check, context)
                except Exception as error:
                    await self.process_error(update, error)
                break
