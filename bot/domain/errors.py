"""The errors that Jarchi answers or reports; any other exception is an error of the program.

    JarchiError
    ├── InvalidInput      an input cannot be used, and the person can mend it
    │   ├── QueryError        words of a topic
    │   ├── SearchError       words or filters of a search
    │   ├── UnknownCurrency   a word of a request for an alert
    │   ├── ConvertError      an amount of money
    │   └── HistoryError      a currency or a period
    ├── NotAllowed        the person may not do this
    ├── TooFast           the person made too many requests
    ├── ExpiredButton     a button whose action no longer exists, or that this bot never made
    ├── SourceError       a source could not be read
    │   ├── FetchError        no answer, or a refusal (bot/sources/fetch.py)
    │   └── NotAPage          an answer that is not what the source has (bot/domain/snapshot.py)
    ├── StorageError      the database cannot be used
    └── StartError        the application cannot start
        └── SettingsError     the settings cannot be used

The first four are answered in handlers/errors.py, where the update came from; the text of the others is one line for
the operator, without secrets.
"""

from __future__ import annotations

from decimal import Decimal


class JarchiError(Exception):
    """The base of all errors that are answered or reported."""


class InvalidInput(JarchiError):
    """Input that a person can correct. `key` names the explaining text of the catalogs, `params` its placeholders.

    Strings are shown as they are, numbers in the person's language.
    """

    def __init__(self, key: str, /, **params: str | int | Decimal) -> None:
        super().__init__(key)
        self.key, self.params = key, params


class NotAllowed(JarchiError):
    """The person lacks a right. `key` names the text of the catalogs that names who has it.

    `private_link` is the parameter of a link into the person's own chat with the bot, where they may do it.
    """

    def __init__(self, key: str, private_link: str = "") -> None:
        super().__init__(key)
        self.key, self.private_link = key, private_link


class TooFast(JarchiError):
    """The person made too many requests; `seconds` is the time until the next one is accepted."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class ExpiredButton(JarchiError):
    """A pressed button whose data names nothing that exists, or was never made by this version of the bot."""


class SourceError(JarchiError):
    """A source could not be read."""


class StorageError(JarchiError):
    """The database cannot be used. The text never contains its URL."""


class StartError(JarchiError):
    """The application cannot start."""
