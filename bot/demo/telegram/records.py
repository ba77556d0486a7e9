"""Records of the embedded Telegram: files, the bot's profile, its webhook, topics of forums, and queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.demo.telegram.wire import JSON


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file. Width and height are those of a picture, else 0."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """A site whose pages the chat page can open: its name, and the HTML of a path (None: there is no such page)."""

    name: str
    page_of: Callable[[str], str | None]


@dataclass(slots=True)
class Profile:
    """The profile of the bot: texts by (field, language), commands by (scope, chat, user, language)."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, int, int, str], list[JSON]] = field(default_factory=dict)
    menu_button: JSON = field(default_factory=lambda: {"type": "commands"})


@dataclass(slots=True)
class Webhook:
    """The address that updates are posted to (empty: none). `last_error_date` is in seconds since 1970 (UTC)."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error: str = ""


@dataclass(slots=True)
class InlineQueryRecord:
    """An inline query; `at` is by the server's clock. `results` are the messages of its results, by their ids."""

    chat: int
    person: int
    query: str
    at: float
    results: dict[str, JSON] | None = None


@dataclass(slots=True)
class GuestQueryRecord:
    """A message that mentions the bot in a chat where it is not; `at` is by the server's clock."""

    chat: int
    message: JSON
    at: float


@dataclass(slots=True)
class Topic:
    """A topic of a forum. `creator` is the id of a person or the bot, `icon` that of a custom emoji or empty."""

    name: str
    creator: int
    icon_color: int
    icon: str = ""
    closed: bool = False


@dataclass(slots=True)
class Forum:
    """The topics of a forum by their message_thread_id, and the state of its General topic, which has none."""

    topics: dict[int, Topic] = field(default_factory=dict)
    general_closed: bool = False
    general_hidden: bool = False
