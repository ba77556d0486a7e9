"""The files of the page."""

import re
from pathlib import Path

import pytest

from tests.demo.page.stub import PAGE_FOLDER

# The licence of the font has addresses, and the font itself is no text.
TEXTS = sorted(path for path in PAGE_FOLDER.iterdir() if not path.name.startswith("emoji"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_page_files_name_no_other_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")  # a name, not an address
    assert re.findall(r"(?:https?:|wss?:|['\"(=])//[\w.]+", text) == []


def test_page_scripts_never_parse_text_as_markup() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in PAGE_FOLDER.glob("*.js"))
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", scripts) == []
