"""The emoji font of the demo's page has every emoji that the bot's texts use."""

from fontTools.ttLib import TTFont

from tests.demo.emoji_font import FLAG, FONT, STYLE, characters, texts, unicode_range

# A page that takes longer to load is seen with boxes first.
MAX_BYTES = 300_000


def test_emoji_are_distinguished_from_text() -> None:
    assert characters("🔔 ✓ ▶️ ▲ ⚡ ↗ 1️⃣ 🇰🇿") == {"🔔", "▶", "⚡", "🇰", "🇿"}


def test_the_font_is_small() -> None:
    assert FONT.stat().st_size < MAX_BYTES


def test_the_font_has_all_emoji_of_the_texts() -> None:
    """Run `python -m tests.demo.emoji_font` where this fails."""
    names = TTFont(FONT).getBestCmap()
    assert sorted(char for char in characters(texts()) if ord(char) not in names) == []


def test_the_font_has_all_flags_of_the_texts() -> None:
    font = TTFont(FONT)
    names = font.getBestCmap()
    kept = {
        (first, *ligature.Component)
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        for first, ligatures in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items()
        for ligature in ligatures
    }
    assert [flag for flag in FLAG.findall(texts()) if tuple(names[ord(letter)] for letter in flag) not in kept] == []


def test_the_page_asks_the_font_for_emoji_and_nothing_else() -> None:
    assert f"unicode-range: {unicode_range(TTFont(FONT))};" in STYLE.read_text(encoding="utf-8")


def test_the_licence_lies_beside_the_font() -> None:
    text = FONT.with_name("emoji-OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Copyright 2022 Google Inc." in text
