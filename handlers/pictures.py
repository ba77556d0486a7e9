"""Pictures: sent by their file_id if Telegram has them, else drawn and uploaded."""

from __future__ import annotations

import structlog
from telegram.error import BadRequest

from bot.delivery.drawing import DrawingFailed
from bot.services import charts
from bot.views.message import View
from bot.views.picture import Picture
from handlers.context import Context

log = structlog.get_logger()

# Parts of Telegram's refusals: of a file_id that is no longer valid ("wrong file identifier…",
# "FILE_REFERENCE_EXPIRED"), and in a group where nobody may send pictures.
_FILE, _NO_RIGHT = "file", "not enough rights"


async def show_picture(ctx: Context, view: View, key: str, picture: Picture, not_allowed: View) -> None:
    """Show a picture with a caption, in place of another one if its button was pressed.

    `key` names its content in the store of pictures; `not_allowed` is the answer where nobody may send pictures.
    """
    try:
        await _send(ctx, view, key, picture)
    except DrawingFailed as error:
        log.warning("chart_not_drawn", reason=str(error))
        await ctx.reply(View(ctx.t("charts.busy")))
    except BadRequest as error:
        if _NO_RIGHT not in str(error).casefold():
            raise
        await ctx.reply(not_allowed)


async def _send(ctx: Context, view: View, key: str, picture: Picture) -> None:
    file_id = await charts.picture_id(ctx.database, key)
    if file_id is not None:
        try:
            await ctx.edit_or_reply_photo(view, file_id)
            return
        except BadRequest as error:
            if _FILE not in str(error).casefold():
                raise
            log.info("picture_expired", reason=str(error)[:100])
    file_id = await ctx.edit_or_reply_photo(view, await ctx.services.drawer.draw(picture))
    await charts.save_picture_id(ctx.database, key, file_id, ctx.now)
