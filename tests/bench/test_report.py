"""Each measurement writes its results into its own section of the page."""

from pathlib import Path

from bench.report import section, table


def test_a_section_is_added_and_then_rewritten_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Performance\n\nBy hand.\n", encoding="utf-8")
    section("first", ["## First", "10 ms"], page=page)
    section("second", ["## Second", r"a \1 b"], page=page)
    before = page.read_text(encoding="utf-8")
    section("first", ["## First", "5 ms"], ["SQLAlchemy"], page=page)
    after = page.read_text(encoding="utf-8")
    assert after.startswith("# Performance\n\nBy hand.\n\n<!-- first")
    assert "10 ms" in before
    assert "10 ms" not in after
    assert "5 ms" in after
    assert "SQLAlchemy 2" in after
    assert after.count("<!-- first") == 1
    assert after[after.index("<!-- second") :] == before[before.index("<!-- second") :]


def test_a_table_has_a_line_for_each_row() -> None:
    assert (
        table(("what", "ms"), [("loop", 3), ("index", "0.1")])
        == "| what | ms |\n| --- | ---: |\n| loop | 3 |\n| index | 0.1 |"
    )
