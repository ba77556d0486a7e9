"""The page as plain text: the ticker, the day it was rendered, and articles without any markup.

The text has no links, so titles are distinguished from sub-headings by their form. Measured on 118 captures: titles
are 29-171 characters long and nearly all name a country, nationality or region; sub-headings are 22-45 and do not.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from bot.domain.articles import MAX_TITLE_LENGTH, Article, clean_text
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.ticker import is_ticker_line, read_ticker

# The site shows six articles a page.
ARTICLES_A_PAGE = 6
# From the first length on a line is probably a title, below the second probably a sub-heading (see above).
_LONG, _SHORT = 50, 42
_LONGEST_CANDIDATE = 200

_DATE = re.compile(r"^(\d{1,2}) ([A-Z][a-z]+) (\d{4})$")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_COUNTER = re.compile(r"^Viewing results \d+ - \d+ of(?: \d+)?$")
_AUTHOR = re.compile(r"^Our People > (.+)$")
_MORE = re.compile(r"^(?:Continue reading|Read more:.*|Register to read more.*)$", re.IGNORECASE)
_MORE_TAIL = re.compile(r"\s*Continue reading\s*$")
_SENTENCE_END = re.compile(r"[.,;:…][\"'”’»)]*$")
# A heading begins with a capital, a digit or a quotation mark.
_OPENING = re.compile(r"[\"'“‘«$€]?[^\W_a-zа-я]|[$€]")
_QUESTION_END = re.compile(r"\?[\"'”’»)]*$")
_SPEAKER = re.compile(r"^[A-Z][\w .'’-]{0,25}:\s")
_PLACE = re.compile(
    r"\b(?:Central Asia|Asian?s?|Eurasian?|Caspian|Aral|Pamir|Silk Road|Middle Corridor|C5|SCO|EAEU|CIS|EU"
    r"|U\.?S\.?|UN|UK"
    r"|Ka[sz]akh\w*|Kyrgyz\w*|Uzbek\w*|Tajik\w*|Turkmen\w*|Afghan\w*|Taliban|Russia\w*|Chin(?:a|ese)|Mongolia\w*"
    r"|Azerbaijan\w*|Armenia\w*|Georgia\w*|Turk(?:ey|ish|iye|ic)|Iran\w*|India\w*|Pakistan\w*|Ukrain\w*|Belarus\w*"
    r"|America\w*|Europe\w*|German\w*|Franc\w*|French|Ital\w*|Japan\w*|Korea\w*|Brit\w*|Saudi|Emirat\w*|UAE|Qatar\w*|Israel\w*"
    r"|Almaty|Astana|Shymkent|Aktau|Atyrau|Baikonur|Semipalatinsk|Semey|Bishkek|Osh|Jalal-Abad|Tashkent|Samarkand|Bukhara"
    r"|Khiva|Navoi|Fergana|Ferghana|Karakalpak\w*|Dushanbe|Khujand|Ashgabat|Moscow|Beijing|Washington|Kabul|Baku)\b"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|to|will|says?|seeks?|signs?|sees?|sets?|eyes?|calls?|faces?|plans?|hits?|rises?|falls?|opens?|bans?"
    r"|launch\w*|arrested|reported|begins?|starts?|joins?|wins?|builds?|buys?|sells?|urges?|warns?|blames?|conducts?|come|comes"
    r"|helping|bracing|expands?|boosts?|agrees?|approves?|cuts?|raises?|gets?|leads?|moves?|makes?|turns?|takes?|holds?)\b",
    re.IGNORECASE,
)
_STRONG_SIGN = re.compile(r"[:$€\d?]")


def read_page_text(text: str) -> Snapshot:
    """Read a page saved as text; NotAPage if it has neither a ticker nor a date line nor a counter."""
    lines = [clean_text(line).replace("\u00a0", " ").rstrip() for line in text.splitlines()]
    quotes, warnings = read_ticker([line for line in lines if is_ticker_line(line)])
    start = next((n for n in range(len(lines) - 1, -1, -1) if is_ticker_line(lines[n])), -1) + 1
    rest = [line.strip() for line in lines[start:]]
    page_date, rest = _page_date(rest)
    marker = next((n for n, line in enumerate(rest) if _COUNTER.match(line)), None)
    author = next((match[1] for line in rest if (match := _AUTHOR.match(line))), None)
    if not quotes and page_date is None and marker is None and author is None:
        raise NotAPage("no ticker, no date line and no list of articles: this is not a page of the site")
    if not quotes:
        warnings.append("the page has no ticker")
    if marker is not None:
        layout, articles = "archive", _alternating(rest[marker + 1 :])
    elif author is not None and "Articles" in rest:
        layout, articles = "author", _alternating(rest[rest.index("Articles") + 1 :])
    else:
        layout, articles = "home", _home(rest)
    if not articles:
        warnings.append("the page has no articles")
    return Snapshot(layout, tuple(quotes), tuple(articles), page_date, tuple(warnings))


def page_date_of(line: str) -> dt.date | None:
    """Return the day that a line such as `08 December 2025` names, if it is one."""
    match = _DATE.match(line)
    if match is None or match[2] not in _MONTHS:
        return None
    try:
        return dt.date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None


def _page_date(lines: list[str]) -> tuple[dt.date | None, list[str]]:
    """Remove the date line, if it is the first one after the ticker."""
    first = next((n for n, line in enumerate(lines) if line), None)
    if first is None or not _DATE.match(lines[first]):
        return None, lines
    return page_date_of(lines[first]), lines[first + 1 :]


def _paragraphs(lines: list[str]) -> list[str]:
    """Return the non-empty lines: in this text a paragraph is one line."""
    return [line for line in lines if line]


def _alternating(lines: list[str]) -> list[Article]:
    """Read the archive layout: title, one collapsed paragraph, title, …; a list may end in the middle of a title."""
    articles = []
    paragraphs = [line for line in _paragraphs(lines) if not _MORE.match(line)]
    for n in range(0, len(paragraphs), 2):
        title = paragraphs[n]
        body = _MORE_TAIL.sub("", paragraphs[n + 1]) if n + 1 < len(paragraphs) else ""
        if len(title) <= MAX_TITLE_LENGTH and body:
            articles.append(Article(title=title, text=body))
    return articles


@dataclass(slots=True)
class _Line:
    """A paragraph of the home layout and its supposed kind."""

    text: str
    candidate: bool
    certain: bool = False
    score: int = 0


@dataclass(slots=True)
class _Draft:
    """An article under construction."""

    title: str
    paragraphs: list[str] = field(default_factory=list)
    subheadings: list[str] = field(default_factory=list)


def _home(lines: list[str]) -> list[Article]:
    """Read the home layout: articles in full, with titles distinguished from sub-headings."""
    marked = _marked(_paragraphs(lines))
    candidates = [line for line in marked if line.candidate]
    if not candidates:
        return []
    chosen = sorted(candidates, key=lambda line: (not line.certain, -line.score))[:ARTICLES_A_PAGE]
    titles = {id(line) for line in chosen if line.certain or line.score > 0}
    drafts: list[_Draft] = []
    for line in marked:
        if id(line) in titles:
            drafts.append(_Draft(line.text))
        elif drafts and not _MORE.match(line.text):
            drafts[-1].paragraphs.append(line.text)
            if line.candidate:
                drafts[-1].subheadings.append(line.text)
    return [
        Article(title=draft.title, text="\n\n".join(draft.paragraphs), subheadings=tuple(draft.subheadings))
        for draft in drafts
        if draft.paragraphs
    ]


def _marked(paragraphs: list[str]) -> list[_Line]:
    """Find the lines that may be headings, and score how much each resembles a title."""
    marked: list[_Line] = []
    after_more, after_title = True, False
    for n, text in enumerate(paragraphs):
        following = paragraphs[n + 1] if n + 1 < len(paragraphs) else ""
        line = _Line(text, _may_be_heading(text, following))
        if line.candidate:
            line.certain = after_more
            line.score = -9 if after_title and not line.certain else _title_score(text)
        after_title = line.candidate and (line.certain or line.score > 0)
        after_more = bool(_MORE.match(text))
        marked.append(line)
    return marked


def _may_be_heading(text: str, following: str) -> bool:
    if len(text) > _LONGEST_CANDIDATE or _MORE.match(text) or not _OPENING.match(text):
        return False
    if _SENTENCE_END.search(text):
        return False
    if _QUESTION_END.search(text):
        # An interview question names its speaker, or the answer names one.
        return not _SPEAKER.match(text) and not _SPEAKER.match(following)
    return not re.match(r"^[A-Z]{2,4}:\s", text)


def _title_score(text: str) -> int:
    place = bool(_PLACE.search(text))
    score = 2 * (len(text) >= _LONG) + 2 * place + bool(_STRONG_SIGN.search(text) or _VERB.search(text))
    if len(text) < _SHORT and not place:
        score -= 3
    return score
