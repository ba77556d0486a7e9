"""Find the `<` that begin a tag: those before an element name of HTML. Any other is text: Q1<Q2, <Abay>."""

from __future__ import annotations

import html
import re
from functools import cache

# Elements that lxml's list (HTML 4 and the first draft of 5) lacks: newer or older ones, and those of browsers and
# Yandex.
_MORE = (
    "bdi bgsound data dialog frame index layer listing main menuitem mfrac mi mn mo mrow msub msup nobr noembed "
    "noframes noindex picture plaintext rb rtc search slot spacer template xmp"
)
_BOOLEAN = (
    "allowfullscreen|async|autofocus|autoplay|checked|compact|controls|default|defer|disabled|download|hidden|inert|"
    "ismap|itemscope|loop|multiple|muted|nohref|noresize|noshade|novalidate|nowrap|open|playsinline|readonly|required|"
    "reversed|selected"
)
_SIGN = re.compile(r"<(?P<end>/?)(?P<name>[a-z][\w.:-]*)?", re.IGNORECASE | re.ASCII)
# The characters after a tag's name: its end, or an attribute. "a <b and c> d" has none.
_ATTRIBUTE = rf"\s*/?>|[\s/]+(?:(?:{_BOOLEAN})(?=[\s/>])|[^\s<>=\"'/]{{1,80}}\s{{0,9}}=)"
_BEHIND = re.compile(_ATTRIBUTE, re.IGNORECASE | re.ASCII)
# The same for comments, declarations and instructions.
_INSTRUCTION = r"!--|!doctype\b|!\[CDATA\[|\?[a-z]"
_OTHER = re.compile(_INSTRUCTION, re.IGNORECASE)
# Most documents hold only tags, and this check is ten times as quick as the replacement.
_ODD = re.compile(rf"<(?!/?[a-z][\w.:-]*(?:{_ATTRIBUTE})|{_INSTRUCTION})", re.IGNORECASE | re.ASCII)
_NAMED = re.compile(r"</?([a-z][\w.:-]*)", re.IGNORECASE | re.ASCII)
_ENDS = re.compile(r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<>]*>?")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# A title is cut to this length before it is searched: a longer one is not a title.
MAX_MARKUP = 5000
# Doubly escaped markup of a body: an element that every editor writes, or a link.
_TWICE = re.compile(r"&(?:amp;)?lt;(?:p|br|div|span|img|ul|h[1-6]|a\s+href)\b", re.IGNORECASE)


@cache
def _names() -> frozenset[str]:
    from lxml.html import defs  # lxml is slow to import

    return frozenset(defs.tags) | frozenset(_MORE.split())


def _is_tag(text: str, sign: re.Match[str]) -> bool:
    name = sign["name"]
    if name is None:
        return not sign["end"] and _OTHER.match(text, sign.end()) is not None
    return _is_name(name) and _BEHIND.match(text, sign.end()) is not None


def _is_name(name: str) -> bool:
    # Names with a colon or a hyphen come from programs that write HTML (`o:p`) and from scripts (`amp-img`).
    return name.lower() in _names() or (name.islower() and (":" in name or "-" in name))


def _stripped(text: str) -> str:
    """Return text without its tags, comments and instructions."""
    text = _COMMENT.sub("", _CDATA.sub("", text))
    kept: list[str] = []
    place = 0
    for sign in _SIGN.finditer(text):
        if sign.start() >= place and _is_tag(text, sign):
            kept.append(text[place : sign.start()])
            end = _ENDS.match(text, sign.end())
            place = end.end() if end else sign.end()
    return "".join((*kept, text[place:]))


def without_tags(markup: str) -> str:
    """Return the text of a short piece of HTML, with entities decoded (escaped once or twice) and its own `<` kept."""
    text = markup[:MAX_MARKUP]
    for _ in range(2):
        text = _stripped(html.unescape(text))
    return html.unescape(text)


def with_signs(markup: str) -> str:
    """Return HTML in which a `<` that begins no tag is written `&lt;`, so that a parser keeps the text after it.

    The text of a CDATA section is kept in the same way, which a parser of HTML treats as a comment.
    """
    markup = _CDATA.sub("", markup) if "<![CDATA[" in markup else markup
    if _ODD.search(markup) is None and all(map(_is_name, set(_NAMED.findall(markup)))):
        return markup
    return _SIGN.sub(lambda sign: sign[0] if _is_tag(markup, sign) else "&lt;" + sign[0][1:], markup)


def unescaped(markup: str) -> str:
    """Return HTML that was escaped once too often in its original form; any other unchanged."""
    return html.unescape(markup) if "<" not in markup and _TWICE.search(markup) else markup
