"""Text as people type it: cleaned of invisible characters and divided into a command and its arguments. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

# Categories of invisible characters: controls, format characters, surrogates (no database stores those).
_UNSEEN = ("Cc", "Cf", "Cs")
# Further invisible characters by Unicode (Default_Ignorable_Code_Point): variation selectors, the grapheme joiner, two
# Khmer vowels, Hangul fillers. Also placeholders of objects (dictation on iOS leaves one) and of broken characters
# (bot/domain/letters.py): nobody types them.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd\U000e0000-\U000e0fff]"
)
# Within an emoji, joiners and selectors have a meaning (a family, a coloured heart): they are kept after a symbol.
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
_IN_EMOJI = re.compile(rf"((?<=[{_EMOJI}])\ufe0f?\u200d(?=[{_EMOJI}])|(?<=[{_EMOJI}])\ufe0f)")
# It looks like a space and is classified as a symbol.
_BRAILLE_BLANK = "\u2800"

# Digits and their marks on Arabic and other keyboards, and the fractions that keyboards have: `١٠٠`, `½`, `1½`.
_MARKS = str.maketrans({"\u066b": ".", "\u066c": ",", "\u066a": "%"})
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_FRACTIONS = {"¼": ".25", "½": ".5", "¾": ".75"}
_FRACTION = re.compile(r"(\d*) ?([¼½¾])")

# Other solidi, of a Chinese or Japanese keyboard or of pasted text, begin a command as the common one does.
_SLASHES = ("/", "\uff0f", "\u2044", "\u2215", "\u29f8")
# The name of a command ends at white space or punctuation ("/rates, please"). A name that continues with a slash or a
# dash is another text: a path, an address.
_COMMAND = re.compile(
    rf"[{''.join(_SLASHES)}] ?(\w+)(?:@(\w+))?(?:[,.!?:;…]+(?= |\Z|\w)|(?=[ \"«“„])|\Z)(.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A cleaned text: any white space, including line breaks, is one space.

    `command` is the name that follows the slash, in lower case and without the name of a bot; None for other text.
    `bot` is the user name after an @ in the command, in lower case, or empty; `arguments` is the text after the
    command. `loose` marks a space after the slash ("/ rates"): it is a command only if its name is a known one.
    `mentioned`: the text named this bot; its name is left out of the text, which then may be empty.
    """

    text: str
    command: str | None = None
    bot: str = ""
    arguments: str = ""
    loose: bool = False
    mentioned: bool = False

    def is_for(self, username: str) -> bool:
        """Return whether this is a command, and not one for another bot than `username`."""
        return self.command is not None and self.bot in ("", username.casefold())


def clean(text: str) -> str:
    """Return typed text without invisible characters, with one space for any run of white space and plain numbers."""
    text = " ".join(text.replace(_BRAILLE_BLANK, " ").split())
    if not text.isprintable() or _IGNORABLE.search(text):
        # The pattern has one group, so every second part is one that stays within an emoji.
        parts = [part if place % 2 else _shown(part) for place, part in enumerate(_IN_EMOJI.split(text))]
        text = " ".join("".join(parts).split())
    return text if text.isascii() else _plain_numbers(text)


def _plain_numbers(text: str) -> str:
    """Return a text with the digits 0 to 9 for those of other scripts, and decimals for fractions."""
    text = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text.translate(_MARKS))
    return _FRACTION.sub(lambda found: f"{found[1] or 0}{_FRACTIONS[found[2]]}", text)


def _shown(text: str) -> str:
    return _IGNORABLE.sub("", "".join(one for one in text if one == " " or unicodedata.category(one) not in _UNSEEN))


def read(text: str, username: str = "") -> Typed:
    """Parse a text for the bot of this user name; the name itself, before or after a command, is left out."""
    text, mention = clean(text), f"@{username.casefold()}"
    first, _, rest = text.partition(" ")
    mentioned = bool(username) and first.casefold().rstrip(",:") == mention
    if mentioned:
        text = rest
    found = _COMMAND.fullmatch(text)
    if found is None:
        if text.startswith(_SLASHES) and text[1:].casefold() == mention:
            return Typed("", mentioned=True)
        if text.startswith(_SLASHES):
            return Typed(text, text[1:].partition(" ")[0].casefold(), mentioned=mentioned)
        words = text.split(" ")
        others = [word for word in words if not username or word.casefold().strip(",:;.!?") != mention]
        return Typed(" ".join(others), mentioned=mentioned or len(others) < len(words))
    name, bot = unicodedata.normalize("NFKC", found[1]).casefold(), (found[2] or "").casefold()
    typed = Typed(text, name, bot, found[3].strip(), loose=text[1] == " ", mentioned=mentioned)
    first, _, rest = typed.arguments.partition(" ")
    if username and not bot and first.casefold() == mention:
        return replace(typed, bot=username.casefold(), arguments=rest)
    return typed
