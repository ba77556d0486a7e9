"""Makes the demo page's emoji font from Noto Color Emoji: `python -m tests.demo.emoji_font [NotoColorEmoji.ttf]`.

The font has the emoji of the bot's texts and some usual ones, at half the size, so that it is small. It is made anew
when a text gets another emoji (tests/demo/test_emoji_font.py).
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

ROOT = Path(__file__).parents[2]
FONT = ROOT / "bot" / "demo" / "page" / "emoji.woff2"
STYLE = FONT.with_name("theme.css")
# Where Debian's package fonts-noto-color-emoji has it.
NOTO = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
# Bitmaps of 68 x 64 pixels are sharp at 20 pixels on a phone; 64 colours are enough at that size.
SCALE, COLOURS = 0.5, 64
NAME = "Jarchi Emoji"
# Emoji that people type and that texts may use next.
USUAL = "👍👎❤️🔥👏🙏🎉🤔😀😂👋✅❌❗❓⭐⚡⏰⏳☕🌍🏦💵💶💳🪙📉📊📅📆📌📎📝📍📷🖼️🔍🔗🔒🔓🛑🚫🆕🆘♻️ℹ️⚙️✏️▶️⏸️◀️↩️🏠👀👤👥🤖🗺️🌾⛏️🚆✈️⚛️☢️💧📄📋🔁🗄️🗑️🗞️🟠🟢🔴➕💬📢💸📤📥🔃🔄🕒🌤️🌞🌑☀️🌐💡"

# Characters below the emoji planes that are emoji without a variation selector (Unicode, emoji-data.txt).
_BY_DEFAULT = re.compile(
    "[⌚⌛⏩-⏬⏰⏳◽◾☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓-❕❗➕-➗➰➿⬛⬜⭐⭕]"
)
# A flag is two letters.
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_SELECTED = re.compile("([\u2000-\u2fff])\ufe0f")


def characters(text: str) -> set[str]:
    """Return the characters of a text that are shown as emoji; those that may also be text only where a selector asks."""
    planes = {char for char in text if "\U0001f000" <= char <= "\U0001faff"}
    return planes | set(_BY_DEFAULT.findall(text)) | set(_SELECTED.findall(text))


def texts() -> str:
    """Return everything that is shown in a chat: catalogs, views, and the page's own words."""
    paths = [*ROOT.glob("bot/i18n/*/*.po"), *ROOT.glob("bot/views/*.py"), *ROOT.glob("bot/demo/page/*.js")]
    return "".join(path.read_text(encoding="utf-8") for path in sorted(paths))


def make(noto: Path) -> bytes:
    """Return the font in the format woff2."""
    font = TTFont(noto)
    options = subset.Options(layout_features=["*"], name_IDs=[0, 13, 14], drop_tables=["vhea", "vmtx"])
    text = texts() + USUAL
    _keep_ligatures(font, {tuple(flag) for flag in FLAG.findall(text)})
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[0xFE0F, *map(ord, characters(text))])
    subsetter.subset(font)
    for ident in (1, 4, 6):
        font["name"].setName(NAME if ident != 6 else NAME.replace(" ", ""), ident, 3, 1, 0x409)
    for bitmaps, strike in zip(font["CBDT"].strikeData, font["CBLC"].strikes, strict=True):
        for glyph in bitmaps.values():
            _shrink(glyph)
        table = strike.bitmapSizeTable
        table.ppemX = table.ppemY = round(table.ppemX * SCALE)
        for line in (table.hori, table.vert):
            for field in ("ascender", "descender", "widthMax", "maxBeforeBL", "minAfterBL"):
                setattr(line, field, round(getattr(line, field) * SCALE))
    font.flavor = "woff2"
    made = BytesIO()
    font.save(made)
    return made.getvalue()


def _keep_ligatures(font: TTFont, flags: set[tuple[str, ...]]) -> None:
    """Remove all ligatures but some flags: each pair of letters is a flag, and each of the others a picture of its own."""
    names = font.getBestCmap()
    wanted = {tuple(names[ord(letter)] for letter in flag) for flag in flags}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            inner = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(inner, "ligatures", {}).items():
                inner.ligatures[first] = [one for one in ligatures if (first, *one.Component) in wanted]


def _shrink(glyph: object) -> None:
    """Make the picture of a glyph smaller, with its measures."""
    glyph.ensureDecompiled()  # type: ignore[attr-defined]
    picture = Image.open(BytesIO(glyph.imageData)).convert("RGBA")  # type: ignore[attr-defined]
    size = (round(picture.width * SCALE), round(picture.height * SCALE))
    small = picture.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS, Image.Quantize.FASTOCTREE)
    made = BytesIO()
    small.save(made, "PNG", optimize=True)
    glyph.imageData = made.getvalue()  # type: ignore[attr-defined]
    metrics = glyph.metrics  # type: ignore[attr-defined]
    metrics.width, metrics.height = size
    for field in ("BearingX", "BearingY", "Advance"):
        setattr(metrics, field, round(getattr(metrics, field) * SCALE))


def unicode_range(font: TTFont) -> str:
    """Return the characters for which the page asks the font: those that it has, and the planes of emoji."""
    below = sorted(code for code in font.getBestCmap() if 0x2000 < code < 0x1F000)
    return ", ".join([*(f"U+{code:X}" for code in below), "U+1F000-1FAFF"])


if __name__ == "__main__":
    FONT.write_bytes(make(Path(sys.argv[1]) if len(sys.argv) > 1 else NOTO))
    listed = f"unicode-range: {unicode_range(TTFont(FONT))};"
    STYLE.write_text(re.sub("unicode-range: .*;", listed, STYLE.read_text(encoding="utf-8")), encoding="utf-8")
