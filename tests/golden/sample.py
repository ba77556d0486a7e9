"""A sample: one view function with fixed arguments, and the translator that records the keys that it used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.i18n import Translator
from bot.views.inline import Answer, Card
from bot.views.message import View

Shown = View | Card | Answer | str


class Recorder(Translator):
    """A translator that records the keys that were used."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.used: set[str] = set()

    def __call__(self, key: str, /, **arguments: Any) -> str:
        self.used.add(key)
        return super().__call__(key, **arguments)

    def plain(self, key: str, /, **arguments: Any) -> str:
        self.used.add(key)
        return super().plain(key, **arguments)


@dataclass(frozen=True, slots=True)
class Lazy:
    """An argument that depends on the language."""

    make: Callable[[Translator], Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A function of bot/views, what is special in this call of it, and its arguments after the translator."""

    function: Callable[..., Any]
    about: str = ""
    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The heading: the module, the function, and what is special."""
        name = f"{self.function.__module__.removeprefix('bot.views.')}.{self.function.__name__}"
        return f"{name}: {self.about}" if self.about else name

    def render(self, t: Translator) -> Shown:
        """Call the function in the language of a translator."""
        shown: Shown = self.function(
            t, *(_value(t, one) for one in self.arguments), **{name: _value(t, one) for name, one in self.named.items()}
        )
        return shown


def _value(t: Translator, argument: Any) -> Any:
    return argument.make(t) if isinstance(argument, Lazy) else argument


def sample(function: Callable[..., Any], about: str = "", *arguments: Any, **named: Any) -> Sample:
    """Return a sample."""
    return Sample(function, about, arguments, named)
