"""XML as served: junk before and after the document, HTML entities, bare ampersands, loose markup.

The repairs work on text, outside CDATA sections and comments; lxml parses the result. Nothing is loaded or expanded.
"""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import TYPE_CHECKING, Any

from bot.domain.snapshot import NotAPage

if TYPE_CHECKING:
    from lxml.etree import _Element

# The entities of XML itself; every other one has its meaning in HTML.
_OWN_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_OPAQUE = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_NAME = r"#\d{1,9}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31}"
_SIGN = re.compile(rf"({_OPAQUE})|&(?:({_NAME});)?|<(?![A-Za-z_/!?])", re.DOTALL)
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The declaration of an entity in a document type. Old harmless feeds declare parameter entities ("% HTMLlat1").
_DECLARED = re.compile(r"<!ENTITY\s+(?!%\s)([^\s>]{1,100})", re.IGNORECASE)
# Elements of feeds that hold text: markup inside that is not well-formed is treated as unescaped HTML.
_LEAF = r"(?:[\w.-]+:)?(?:title|link|description|summary|guid|pubDate|encoded|creator|date|category)|content"
_TAG = re.compile(
    rf"({_OPAQUE})|<(/?)({_LEAF})(?:\s[^<>]*)?>|</?(?:[\w.-]+:)?(item|entry)(?=[\s>])",
    re.DOTALL,
)
# An attribute whose value has no quotation marks, and the tags that may hold one.
_BARE = re.compile(r"(\s[\w:.-]+\s*=\s*)([^\s\"'<>]+)(?=[\s>])")
_START = re.compile(rf"({_OPAQUE})|<[A-Za-z](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>", re.DOTALL)
_LESS = re.compile(rf"({_OPAQUE})|<", re.DOTALL)


def start_of(text: str, roots: str) -> re.Match[str] | None:
    """Find the start tag of an element whose name (with any prefix) matches `roots`, outside of comments."""
    for found in re.finditer(rf"<!--.*?(?:-->|\Z)|<(?:[\w.-]+:)?({roots})(?=[\s/>])", text, re.DOTALL | re.IGNORECASE):
        if found[1]:
            return found
    return None


def check_prolog(prolog: str) -> None:
    """Raise NotAPage where a document type declares entities other than those that HTML has too."""
    if any(f"{name};" not in html5 for name in _DECLARED.findall(prolog)):
        raise NotAPage("a document that defines entities; no honest one does")


def repaired(text: str) -> str:
    """Return XML whose entities, ampersands and characters are valid XML, with the meaning that they have in HTML."""
    return _SIGN.sub(_sign, _NO_CHARACTER.sub("", text))


def _sign(found: re.Match[str]) -> str:
    opaque, name = found[1], found[2]
    if opaque is not None:
        return opaque
    if name is None:
        return "&lt;" if found[0] == "<" else "&amp;"
    if name in _OWN_NAMES:
        return found[0]
    if name.startswith("#"):
        # HTML decodes &#150; as windows-1252 does, and drops the number of an invalid character.
        return html.escape(_NO_CHARACTER.sub("", html.unescape(found[0])).replace("\ufffd", ""))
    meant = html5.get(f"{name};")
    return html.escape(meant) if meant is not None else f"&amp;{name};"


def parse(text: str) -> _Element:
    """Return the root of a repaired document, which begins with its root's start tag; NotAPage if there is none.

    A well-formed document is parsed unchanged; otherwise loose markup inside of texts is escaped, and the parser
    recovers the rest as far as it can.
    """
    from lxml import etree

    text = repaired(text)
    try:
        return etree.fromstring(text.encode(), _parser())
    except etree.XMLSyntaxError:
        pass
    try:
        root = etree.fromstring(_quoted(_escaped(text)).encode(), _parser(recover=True))
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise NotAPage("XML that cannot be read")
    return root


def parse_strictly(text: str) -> _Element:
    """Return the root of a document that is whole and well-formed once its characters are repaired; else NotAPage."""
    from lxml import etree

    try:
        return etree.fromstring(repaired(text).encode(), _parser())
    except etree.XMLSyntaxError:
        raise NotAPage("not XML, or cut off") from None


def _parser(*, recover: bool = False) -> Any:
    from lxml import etree  # lxml is slow to import, and the command line starts without it

    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _quoted(text: str) -> str:
    """Quote the values of attributes where a start tag has no quotation marks at all."""

    def mended(tag: re.Match[str]) -> str:
        if tag[1] is not None or '"' in tag[0] or "'" in tag[0]:
            return tag[0]
        return _BARE.sub(r'\1"\2"', tag[0])

    return _START.sub(mended, text)


def _escaped(text: str) -> str:
    """Escape the markup inside of text elements, and close one before the end of its item; in one pass."""
    parts: list[str] = []
    done, opened = 0, ""  # the end of the copied text, and the name of the open text element
    for tag in _TAG.finditer(text):
        opaque, slash, name, boundary = tag.groups()
        if opaque is not None or (boundary is None and opened not in ("", name)):
            continue
        if not opened:
            if name and not slash and not tag[0].endswith("/>"):
                parts.append(text[done : tag.end()])
                done, opened = tag.end(), name
        elif boundary is None and slash:
            parts.append(_LESS.sub(lambda sign: sign[1] or "&lt;", text[done : tag.start()]))
            done, opened = tag.start(), ""
        elif boundary is not None:
            inside = text[done : tag.start()]
            ends = next((sign.start() for sign in _LESS.finditer(inside) if sign[1] is None), len(inside))
            parts.append(f"{inside[:ends]}</{opened}>{inside[ends:]}")
            done, opened = tag.start(), ""
    return "".join([*parts, text[done:]])
