"""The word lists in use: the shipped ones, or an operator's file, which is read again when it changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import structlog

from bot.domain.topics.classify import Classifier
from bot.domain.topics.lists import ListsError, read_lists, shipped_lists
from storage.stems import stem_of

log = structlog.get_logger()


@lru_cache(maxsize=1)
def shipped_classifier() -> Classifier:
    """Return the classifier of the shipped lists."""
    return Classifier(shipped_lists(), stem_of)


class CurrentLists:
    """The lists of a file as they were when it was last valid; without a file, or before that, the shipped ones.

    They are read when they are first needed, which takes half a second.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None  # time of change and size of the file as last read
        self._classifier: Classifier | None = None

    @property
    def classifier(self) -> Classifier:
        """The classifier of the lists in use."""
        if self._classifier is None:
            self.refresh()
        return self._classifier or shipped_classifier()

    def refresh(self) -> None:
        """Read the file if it has changed. One that cannot be used is logged once, and the former lists stay."""
        if self._path is None:
            self._classifier = shipped_classifier()
            return
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            seen = (0, 0)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            read = Classifier(read_lists(self._path), stem_of)
        except ListsError as error:
            self._classifier = self._classifier or shipped_classifier()
            log.error("topic_lists_refused", reason=str(error), version=self._classifier.version)
            return
        if self._classifier is None or read.version != self._classifier.version:
            self._classifier = read
            log.info("topic_lists_read", version=read.version, hint="jarchi topics rebuild applies them to the archive")
