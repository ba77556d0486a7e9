"""The two real pages give exactly what is known to be in them (they are not part of this project)."""

import json
import os
from pathlib import Path

import pytest

from bot.sources.read import read

SHARED = os.environ.get("JARCHI_SHARED")
EXPECTED = json.loads((Path(SHARED) / "samples" / "expected.json").read_text(encoding="utf-8")) if SHARED else []


@pytest.mark.skipif(not SHARED, reason="JARCHI_SHARED does not name the folder with the real pages")
@pytest.mark.parametrize("page", EXPECTED, ids=lambda page: page["file"])
def test_a_real_page_is_read_exactly(page: dict[str, object]) -> None:
    snapshot = read((Path(str(SHARED)) / "samples" / str(page["file"])).read_bytes())
    assert {
        "file": page["file"],
        "date": str(snapshot.page_date),
        "layout": snapshot.layout,
        "rates": {str(q.pair): [format(q.value, "f"), f"{q.change_pct}%"] for q in snapshot.rates},
        "articles": [{"title": a.title, "subheads": list(a.subheadings)} for a in snapshot.articles],
    } == page
    assert snapshot.warnings == ()
