"""Decode bytes: by a byte order mark, then by the bytes themselves, then by the label of the document or the server.

Labels have the meaning of the Encoding Standard of WHATWG: `iso-8859-1` is windows-1252. A label that the bytes
contradict is ignored. In XML the document's own label precedes the server's, which is often one for all documents.
"""

from __future__ import annotations

import codecs
import re

# The label of a document is in its first kilobyte by the HTML standard; junk may precede an XML declaration.
_HEAD = 4096
# Bytes of words that a guess uses: enough to distinguish the Cyrillic encodings, and few enough to be quick.
_GUESS = 4096
# The shortest piece of another encoding in a UTF-8 document; shorter ones are letters cut in half by an excerpt.
_SHORTEST_FOREIGN = 4
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]+")
# Quotation marks and dashes of windows-1252 and windows-1251, pasted from an editor; in UTF-8 none occurs alone.
_PASTED = re.compile(rb"[\x82\x84\x85\x8b\x91-\x97\x9b]+")

_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_IN_XML = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)
_IN_HTML = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<x" or "[{" in UTF-16 without a byte order mark.
_WIDE = (
    (re.compile(rb"(?:\s\x00)*[<\[{]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"(?:\x00\s)*\x00[<\[{]\x00[^\x00]"), "utf-16-be"),
)
# Encodings of the region that the standard lacks (single-byte Kazakh), and labels that programs misspell.
_OTHER_LABELS = {
    **dict.fromkeys(("mac-cyrillic", "maccyrillic"), "mac_cyrillic"),
    **dict.fromkeys(("cp-1251", "win-1251", "win1251", "windows1251", "windows_1251", "1251"), "cp1251"),
    **dict.fromkeys(("ptcp154", "cp154", "pt154"), "ptcp154"),
    **dict.fromkeys(("kz1048", "kz-1048"), "kz1048"),
}
_CYRILLIC = ("windows-1251", "koi8-r", "koi8-u", "ibm866", "iso-8859-5", "x-mac-cyrillic")
# The encodings that a guess may return: those of documents with the region's news. Mac Cyrillic is used by its label
# only: its small letters have the codes of windows-1251, so a guess between the two would lose capital letters.
_GUESSES = ["cp1251", "koi8_r", "cp866", "iso8859_5", "cp1252"]
_WORDS = re.compile(rb"[^\x00-\x7f]+(?:[ '-]?[^\x00-\x7f]+)*")
# Signs of a wrong encoding: four accented letters in a row (no western language has them), or a word that begins with a
# small letter and continues in capitals (KOI8 has the two swapped).
_MISREAD = re.compile("[\u00c0-\u00ff]{4}|[а-яё][А-ЯЁ]{3}")
# In Cyrillic encodings, all signs but these: text in the right encoding has few of them.
_FOREIGN = re.compile("[^\x00-\x7f\u00a0«»–—‘’“”„…№А-Яа-яЁёІіЇїЄєҐґЎў]")
# Text with fewer misread signs per letter than this is accepted.
_CLEAN = 0.1
# An ASCII letter beside a non-ASCII one in a word: "élève", and never Cyrillic.
_WESTERN = re.compile(rb"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")


def decode(content: bytes, content_type: str | None = None) -> str:
    """Return the text of a document without a byte order mark; undecodable bytes are replaced, never refused."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace").lstrip("\ufeff")
    for form, name in _WIDE:
        if form.match(content):
            return content.decode(name, "replace")
    labels = _labels(content, content_type)
    if content.isascii():
        stateful = "iso-2022-jp"  # valid ASCII with another meaning
        return content.decode(stateful if stateful in labels else "ascii", "replace")
    if (text := _utf8(content)) is not None:
        return text
    found = next((label for label in labels if not label.startswith("utf-")), None)
    if found is None:
        return content.decode(_guess(content) or "windows-1252", "replace")
    text = _as(content, found)
    if (misread_share := _misread_share(text, found)) > _CLEAN and (guessed := _guess(content)) is not None:
        other = content.decode(guessed, "replace")
        if _misread_share(other, _CYRILLIC[0]) < misread_share / 2:
            return other
    return text


def _misread_share(text: str, name: str) -> float:
    """Return the number of misread signs per non-ASCII letter; 0 where there is no evidence."""
    letters = _not_ascii(text) or 1
    if name == "windows-1252":
        return 4 * len(_MISREAD.findall(text)) / letters
    return (4 * len(_MISREAD.findall(text)) + len(_FOREIGN.findall(text))) / letters if name in _CYRILLIC else 0.0


def _not_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _utf8(content: bytes) -> str | None:
    """Return the text if most of it is UTF-8: text in a legacy encoding hardly ever is valid UTF-8.

    Words of another encoding in it (in a pasted item) are decoded by their own bytes.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if not _is_mostly_utf8(content):
        return None
    content = _NOT_ASCII.sub(_pasted, content)
    foreign = b" ".join(words for words in _WORDS.findall(content) if _is_foreign(words))
    name = "windows-1251"
    if _misread_share(foreign.decode(name, "replace"), name) > _CLEAN:
        name = _guess(foreign) or "windows-1252"

    def mended(found: re.Match[bytes]) -> bytes:
        return found[0] if _is_utf8(found[0]) else found[0].decode(name, "replace").encode()

    def piece(found: re.Match[bytes]) -> bytes:
        return _NOT_ASCII.sub(mended, found[0]) if _is_foreign(found[0]) else found[0]

    return _WORDS.sub(piece, content).decode("utf-8", "replace")


def _is_mostly_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return _not_ascii(text) - broken >= broken


def _pasted(found: re.Match[bytes]) -> bytes:
    return found[0].decode("windows-1252").encode() if _PASTED.fullmatch(found[0]) else found[0]


def _is_utf8(words: bytes) -> bool:
    try:
        words.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_foreign(words: bytes) -> bool:
    return len(words) >= _SHORTEST_FOREIGN and not _is_mostly_utf8(words)


def _as(content: bytes, label: str) -> str:
    """Decode as the standard does: a byte without a letter in windows-1252 is a control character."""
    name = _OTHER_LABELS.get(label)
    if name is not None:
        return content.decode(name, "replace")
    import webencodings

    return str(webencodings.lookup(label).codec_info.decode(content, "replace")[0])


def _labels(content: bytes, content_type: str | None) -> list[str]:
    """Return the declared encodings by their names in the standard, the most trusted first."""
    in_header = _IN_HEADER.search(content_type or "")
    in_xml = _IN_XML.search(content[:_HEAD])
    in_html = None if in_xml else _IN_HTML.search(content[:_HEAD])
    named = [in_xml and in_xml[1], in_header and in_header[1].encode("ascii", "replace"), in_html and in_html[1]]
    names = [name for label in named if label and (name := _standard(label.decode("ascii", "replace").lower()))]
    return list(dict.fromkeys(names))


def _standard(label: str) -> str | None:
    import webencodings

    if label in _OTHER_LABELS:
        return label
    encoding = webencodings.lookup(label)
    # "replacement" stands for encodings that only attacks use, "x-user-defined" for binary data.
    return None if encoding is None or encoding.name in ("replacement", "x-user-defined") else str(encoding.name)


def _guess(content: bytes) -> str | None:
    """Return the probable encoding of the non-ASCII words; None if none is probable."""
    from charset_normalizer import from_bytes  # slow to import and seldom needed

    words, size = [], 0
    for word in _WORDS.finditer(content):
        words.append(word[0][:_GUESS])
        size += len(words[-1])
        if size > _GUESS:
            break
    if len(_WESTERN.findall(content[: word.end()])) >= len(words):
        return "cp1252"
    best = from_bytes(b" ".join(words), cp_isolation=_GUESSES).best()
    return best.encoding if best else None
