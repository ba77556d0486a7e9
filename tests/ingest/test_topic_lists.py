"""An operator's word lists, read again when their file changes; one that cannot be used changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.topics.lists import shipped_lists
from bot.ingest.topic_lists import CurrentLists, shipped_classifier
from tests.small_lists import Words, write

GAS: Words = {"energy.sure": "gas"}
DAM: Words = {"energy.sure": "dam"}


def topics(lists: CurrentLists, title: str) -> list[str]:
    return [one.topic for one in lists.classifier.classify(title)]


def rewrite(path: Path, content: Words | bytes) -> None:
    """Write a file that is seen to have changed, however fast the test runs."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write(path, content)
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def events(lists: CurrentLists) -> list[str]:
    """Refresh the lists, and return the events that were logged."""
    with capture_logs() as logs:
        lists.refresh()
    return [one["event"] for one in logs]


def test_without_a_file_the_shipped_lists_are_in_use() -> None:
    lists = CurrentLists()
    assert lists.classifier is shipped_classifier()
    assert lists.classifier.version == shipped_lists().version
    assert events(lists) == []


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "own.toml", GAS)
    with capture_logs() as logs:
        lists = CurrentLists(path)
        assert logs == []  # they are read when they are first needed
        assert lists.classifier is lists.classifier
    assert [one["event"] for one in logs] == ["topic_lists_read"]
    assert (topics(lists, "Gas"), topics(lists, "Dam")) == (["energy"], [])
    rewrite(path, DAM)
    with capture_logs() as logs:
        lists.refresh()
    assert [(one["event"], one["version"]) for one in logs] == [("topic_lists_read", lists.classifier.version)]
    assert (topics(lists, "Gas"), topics(lists, "Dam")) == ([], ["energy"])


def test_a_file_that_has_not_changed_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = CurrentLists(write(tmp_path / "own.toml", GAS))
    before = lists.classifier
    monkeypatch.setattr("bot.ingest.topic_lists.read_lists", pytest.fail)
    assert events(lists) == []
    assert lists.classifier is before


def test_a_change_of_remarks_keeps_the_classifier(tmp_path: Path) -> None:
    path = write(tmp_path / "own.toml", GAS)
    lists = CurrentLists(path)
    before = lists.classifier
    rewrite(path, path.read_bytes() + b"# reviewed\n")
    assert events(lists) == []
    assert lists.classifier is before


@pytest.mark.parametrize("content", [b"[energy", b"", b"\xff", b"x = 1"])
def test_a_file_that_cannot_be_used_is_logged_once_and_the_last_good_lists_stay(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "own.toml", GAS)
    lists = CurrentLists(path)
    version = lists.classifier.version
    rewrite(path, content)
    with capture_logs() as logs:
        lists.refresh()
        lists.refresh()
    [logged] = logs
    assert (logged["event"], logged["log_level"], logged["version"]) == ("topic_lists_refused", "error", version)
    assert logged["reason"].startswith("own.toml: ")
    assert topics(lists, "Gas") == ["energy"]
    rewrite(path, content + b" ")  # changed, and still of no use
    assert events(lists) == ["topic_lists_refused"]
    rewrite(path, DAM)
    assert events(lists) == ["topic_lists_read"]
    assert topics(lists, "Dam") == ["energy"]


def test_a_file_that_is_repaired_to_what_it_was_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "own.toml", GAS)
    lists = CurrentLists(path)
    before = lists.classifier
    rewrite(path, b"[energy")
    assert events(lists) == ["topic_lists_refused"]
    rewrite(path, GAS)
    assert events(lists) == []
    assert lists.classifier is before


def test_a_missing_file_is_logged_once_and_read_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    with capture_logs() as logs:
        lists = CurrentLists(path)
        lists.refresh()
    assert [one["event"] for one in logs] == ["topic_lists_refused"]
    assert lists.classifier is shipped_classifier()
    rewrite(path, GAS)
    assert events(lists) == ["topic_lists_read"]
    assert topics(lists, "Gas") == ["energy"]
    path.unlink()
    assert events(lists) == ["topic_lists_refused"]
    assert topics(lists, "Gas") == ["energy"]


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with capture_logs() as logs:
        lists = CurrentLists(tmp_path)
        assert lists.classifier is shipped_classifier()
    assert [one["event"] for one in logs] == ["topic_lists_refused"]
    assert lists.classifier is shipped_classifier()
