"""Chats, their reachability and their settings."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.posts import DEFAULT_FORM, PostForm
from bot.domain.rates import Pair

# A forum's "General" topic is addressed by leaving the thread out (the server does not find thread 1).
GENERAL_THREAD = 1

# A name of a public chat, typed or in a link to it (https://core.telegram.org/method/account.checkUsername).
_USERNAME = re.compile(r"(?:@|(?:https?://)?(?:t\.me|telegram\.me)/)([a-z]\w{3,31})/?", re.ASCII | re.IGNORECASE)


def username_in(text: str) -> str | None:
    """Return the name, with its @, that a text consists of: `@bazaar`, `t.me/bazaar`; None for any other text."""
    found = _USERNAME.fullmatch(text.strip())
    return f"@{found[1]}" if found else None


class ChatState(StrEnum):
    """Whether a chat can be reached. Settings are kept in every state, until /forget."""

    ACTIVE = "active"
    STOPPED = "stopped"  # sent /stop; answers still work
    GONE = "gone"  # blocked the bot or removed it; reactivated by /start or by unblocking
    PAUSED = "paused"  # the bot lost its right to write here; an admin can give it back


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours in local time, as minutes after midnight; `start` > `end` spans midnight (22-7)."""

    start: int
    end: int

    def __str__(self) -> str:
        """Return `22:00-07:00`."""
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat and its settings.

    `id` is Telegram's (negative for groups). `digest_times` are the times of day of its digests, as local minutes after
    midnight, the earliest first; `next_digest_at` and `last_digest_at` are UTC. `per_dollar` is the direction that
    /rates shows first, `theme` the colours of charts: light or dark. `currencies` are the person's own: the one that
    they have, then those that they need; empty until they have chosen. `news_languages` are the languages of the
    articles that they read; empty: the language of the chat. `keyboard`: whether a private chat shows the reply
    keyboard. `language_offered`: the person has been offered another language, or has chosen one. `title` is the name
    of a group or channel, and `post_form` how it shows articles.

    `awaiting` is the open prompt, its key and an argument with a space between them; it expires after a few minutes.
    `awaiting_from` is the id of the person who was asked. `active_on` is the day (UTC) of its last request.
    """

    id: int
    kind: str  # private, group, supergroup or channel
    language: str
    timezone: str
    state: ChatState = ChatState.ACTIVE
    digest_times: tuple[int, ...] = ()
    next_digest_at: dt.datetime | None = None
    last_digest_at: dt.datetime | None = None
    quiet: Quiet | None = None
    per_dollar: bool = True
    theme: str = "light"
    currencies: tuple[str, ...] = ()
    news_languages: tuple[str, ...] = ()
    keyboard: bool = True
    language_offered: bool = False
    title: str = ""
    post_form: PostForm = DEFAULT_FORM
    awaiting: str | None = None
    awaiting_until: dt.datetime | None = None
    awaiting_from: int | None = None
    active_on: dt.date | None = None

    @property
    def private(self) -> bool:
        """Whether this is one person's own chat."""
        return self.kind == "private"

    @property
    def channel(self) -> bool:
        """Whether this is a channel: people there read, and press no buttons of the bot."""
        return self.kind == "channel"

    @property
    def own_pair(self) -> Pair | None:
        """The first pair of the person's own currencies, in the direction in which the money goes."""
        return Pair(*self.currencies[:2]) if len(self.currencies) > 1 else None


@dataclass(frozen=True, slots=True)
class Destination:
    """A group, channel or topic of a forum that people manage from their private chats.

    `id` is ours; `thread_id` is the topic's (0: none), `name` its name, and `slug` the curated topic for which the bot
    created it. `title` is the chat's.
    """

    id: int
    chat_id: int
    thread_id: int = 0
    title: str = ""
    name: str = ""
    slug: str | None = None

    @property
    def label(self) -> str:
        """Its name as people read it: the chat's, with that of the topic."""
        return f"{self.title} › {self.name}" if self.name else self.title
