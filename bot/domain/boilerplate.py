"""Removes last lines that plugins add to every article of a site: "The post X appeared first on Y".

The site's name in them would match topics that the article is not about. They are recognised by their form. A form
that also occurs in articles must contain the article's own headline, and all of them count only at the end.
"""

from __future__ import annotations

import re

from bot.domain.articles import title_key

# Plugins add one or two paragraphs: the place of publication, and where to read on.
MAX_LAST_PARAGRAPHS = 3
# The longest such line: the patterns below are searched in this many characters at the end.
MAX_LINE = 800
# Share of a quoted headline's words that must be the article's; a shortened or corrected headline keeps most of them.
_MOST = 0.6

_EN_KIND = r"(?:post|article|story|entry|piece|report|news|page|item)"
_RU_KIND = r"(?:сообщение|запись|статья|материал|пост|публикация|новость|текст|заметка)"
_RU_FIRST = r"(?:впервые|сначала|первым|первой|первоначально|изначально|раньше всего|прежде)"
_RU_VERB = r"(?:появил(?:ся|ась|ось|ись)|опубликован[аоы]?|размещен[аоы]?|размещён|вышл[аио]|вышел)"
_EN_VERB = r"(?:was\s+|has\s+been\s+)?(?:appeared|published|posted|released)"
_WHERE = r"\s*[^\n]{0,200}"
# Phrases that only plugins write: "appeared first on", "появились сначала на" for one article.
_PLUGIN = re.compile(
    rf"(?:the\s+)?{_EN_KIND}\b.{{0,400}}?\b{_EN_VERB}\s+first\s+(?:on|at|in)\b{_WHERE}"
    rf"|{_RU_KIND}\b.{{0,400}}?\bпоявились\s+{_RU_FIRST}\s+(?:на|в)\b{_WHERE}",
    re.IGNORECASE | re.DOTALL,
)
# Phrases that people write too; `quoted` is the headline, or "This article".
_ORDINARY = re.compile(
    rf"(?:the\s+)?(?:{_EN_KIND}\b)?(?P<en>.{{0,400}}?)\s*\b(?:was\s+|has\s+been\s+)?(?:first|originally|initially)\s+"
    rf"(?:appeared|published|posted|released)\s+(?:on|at|in|by)\b{_WHERE}"
    rf"|(?:the\s+)?(?:{_EN_KIND}\b)?(?P<en2>.{{0,400}}?)\s*\b{_EN_VERB}\s+(?:first|originally)\s+(?:on|at|in|by)\b{_WHERE}"
    rf"|(?:{_RU_KIND}\b)?(?P<ru>.{{0,400}}?)\s*\b(?:был[аои]?\s+)?(?:{_RU_FIRST}\s+(?:был[аои]?\s+)?{_RU_VERB}|{_RU_VERB}\s+{_RU_FIRST})"
    rf"(?:\s+(?:на|в))?\b{_WHERE}",
    re.IGNORECASE | re.DOTALL,
)
_THIS = re.compile(rf"\W*(?:this(?:\s+{_EN_KIND})?|эт(?:а|от|о)(?:\s+{_RU_KIND})?)?\W*", re.IGNORECASE)
# Invitations to read on: the words alone, or with a site, an address or the headline, and no sentence after them.
_ON = (
    r"(?:read\s+(?:more|on|the\s+(?:full|whole|rest)(?:\s+(?:of\s+the\s+)?(?:article|story|post))?|full\s+(?:article|story))"
    r"|continue\s+reading|читать\s+(?:далее|дальше|полностью|ещ[её]|больше)|подробнее|продолжение)"
)
_READ_ON = re.compile(
    rf"[\W_]*{_ON}\s*(?:[\W_]*|(?:(?:at|on|in|here|на|в|по\s+ссылке|здесь|тут)\b|[:«\"“→»…-])[^\n.!?]{{0,150}}(?:\.\w[^\s]*)?[\W_]*)",
    re.IGNORECASE,
)
# WordPress's themes put the headline there, often without quotation marks.
_ON_TITLE = re.compile(
    rf"[\W_]*{_ON}\b\W*(?P<title>[^\n]{{3,300}}?)(?:\s(?:at|on|in|на|в)\s[^\n]{{0,100}})?", re.IGNORECASE
)
# The owner of the text, and other places of the site: an invitation followed by the name of a network or a channel.
_RIGHTS = re.compile(
    r"\W*(?:©|\(c\)|copyright\b|все права (?:защищены|сохранены)|all rights reserved)[^\n]{0,150}", re.IGNORECASE
)
_INVITATION = re.compile(
    r"\W*(?:(?:follow|join|like|find)\s+us\b|(?:subscribe\s+to|sign\s+up\s+for|join)\s+our\b"
    r"|(?:подпи(?:шитесь|сывайтесь)|присоединяйтесь|читайте\s+нас|следите\s+за\s+на(?:ми|шими))\b)[^\n]{0,40}?"
    r"\b(?:telegram|whatsapp|instagram|facebook|youtube|twitter|google|newsletters?|channel|social"
    r"|телеграмм?\w*|вотсап\w*|ватсап\w*|инстаграм\w*|фейсбук\w*|ютуб\w*|канал\w*|рассылк\w*|соцсет\w*|дзен\w*)\b[^\n]{0,200}",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\W*(?:Source|Sources|Источник|Первоисточник|Via)\s*:\s*(?P<name>\S[^\n]{0,79})", re.IGNORECASE)
# The name of a site, an agency or an office, or an address: a few words in a row, the first of them capital.
_NAME = re.compile(r"(?:https?://\S+|[«\"“]?[^\W\d_a-zа-яё][^\s,;:!?]*(?:\s[^\s,;:!?]+){0,5}|[\w-]+(?:\.[\w-]+)+/?\S*)")
# The possible start of such a line within a paragraph: after the end of a sentence, if it has one.
_BREAK = re.compile(r"(?P<end>[.!?…\]»”\"]*)\s+(?=(?:The|This|[А-ЯЁ])\w*\s)")
# WordPress's own excerpt: the cut, then the link.
_GLUED = re.compile(rf"(?P<cut>(?:\[?(?:…|\.\.\.)\]?))\s*{_ON}\b[^\n]{{0,300}}\Z", re.IGNORECASE)


def without_boilerplate(text: str, title: str) -> str:
    """Return an article's text (paragraphs divided by blank lines) without the lines that plugins put at its end."""
    paragraphs = text.split("\n\n")
    for _ in range(MAX_LAST_PARAGRAPHS):
        if not paragraphs:
            break
        last = _without_end(paragraphs[-1], title)
        if last == paragraphs[-1]:
            break
        paragraphs[-1:] = [last] if last else []
    return "\n\n".join(paragraphs)


def _without_end(paragraph: str, title: str) -> str:
    """Return the last paragraph of a text without boilerplate: unchanged, without its last sentence, or empty."""
    if len(paragraph) <= MAX_LINE and _is_boilerplate(paragraph, title):
        return ""
    start = max(0, len(paragraph) - MAX_LINE)
    before, end = paragraph[:start], paragraph[start:]
    if found := _GLUED.search(end):
        return before + end[: found.end("cut")]
    for break_ in _BREAK.finditer(end):
        line = end[break_.end() :]
        if _PLUGIN.fullmatch(line) or (break_["end"] and _quotes(line, title)):
            return before + end[: break_.end("end")]
    return paragraph


def _is_boilerplate(paragraph: str, title: str) -> bool:
    if _quotes(paragraph, title) or any(form.fullmatch(paragraph) for form in (_READ_ON, _RIGHTS, _INVITATION)):
        return True
    if (goes_on := _ON_TITLE.fullmatch(paragraph)) and _is_title(goes_on["title"], title):
        return True
    source = _SOURCE.fullmatch(paragraph)
    return source is not None and _NAME.fullmatch(source["name"].rstrip(" .")) is not None


def _quotes(text: str, title: str) -> bool:
    """Return whether a text contains nothing but the first place of the article's publication."""
    if _PLUGIN.fullmatch(text):
        return True
    quoted = _ORDINARY.fullmatch(text)
    if quoted is None:
        return False
    about = quoted["en"] or quoted["en2"] or quoted["ru"] or ""
    return _THIS.fullmatch(about) is not None or _is_title(about, title)


def _is_title(text: str, title: str) -> bool:
    words, own = set(title_key(text).split()), set(title_key(title).split())
    return bool(words) and len(words & own) >= _MOST * len(words)
