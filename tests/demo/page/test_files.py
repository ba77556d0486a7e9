"""The files of the page."""

import re
from pathlib import Path

import pytest

from tests.demo.page.stub import PAGE_FOLDER


@pytest.mark.parametrize("path", sorted(PAGE_FOLDER.iterdir()), ids=lambda path: path.name)
def test_page_files_name_no_other_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert re.findall(r"(?:https?:|wss?:|['\"(=])//[\w.]+", text) == []


def test_page_scripts_never_parse_text_as_markup() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in PAGE_FOLDER.glob("*.js"))
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", scripts) == []
