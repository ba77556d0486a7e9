"""The words of docs/glossary.md: retired ones do not return, and sentences have a noun for their subject."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
# Files that explain the name of the product, or hold the list itself.
EXEMPT = {"docs/glossary.md", "tests/test_vocabulary.py"}
# The first lines of the README explain the name.
README_HEAD = 12
PYTHON = ("bot", "handlers", "storage", "bench", "tests", ".ci")
# Names that libraries give: matplotlib's figures, and the garbage collector's threshold.
FOREIGN = {"Figure", "FigureCanvasAgg", "figure", "figsize", "savefig", "set_threshold"}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SENTENCE = re.compile(
    r'(?:(?<=[.:!?] )|(?<=""")|(?<=# )|^\s*)(?:Who|What|Whoever|Whatever)\s[^.?!]*[.!]', re.MULTILINE
)


@cache
def retired() -> dict[str, bool]:
    """The retired words of the glossary; True where prose is checked too. Words with a capital count as written."""
    table = GLOSSARY.read_text(encoding="utf-8").partition("## Retired words")[2]
    rows = re.findall(r"^\| (.+?) \| (all|name) \| .+ \|$", table, re.MULTILINE)
    return {word: where == "all" for words, where in rows for word in words.split(", ")}


def tracked(*folders: str, ends: tuple[str, ...]) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if name.endswith(ends) and name not in EXEMPT]


def names_in(word: str) -> set[str]:
    """An identifier, its parts in lower case, and itself."""
    return {word, *(part.lower() for part in _WORD.findall(word))}


def tokens(path: Path) -> Iterator[tokenize.TokenInfo]:
    yield from tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)


def docstrings(path: Path) -> set[int]:
    """The lines on which the docstrings of a file begin; other long strings are data."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [one for one in ast.walk(tree) if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
    return {one.lineno for one in nodes if isinstance(one.value.value, str)}


def is_prose(token: tokenize.TokenInfo, documented: set[int]) -> bool:
    return token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.start[0] in documented)


def prose_words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]+", text)) | {word.lower() for word in re.findall(r"[A-Za-z_]+", text)}


def found(path: Path) -> Iterator[str]:
    """The retired words of a file, each with its line."""
    words = retired()
    in_prose = {word for word, prose in words.items() if prose}
    relative = path.relative_to(ROOT).as_posix()
    if path.suffix == ".py":
        documented = docstrings(path)
        for token in tokens(path):
            if token.type == tokenize.NAME and token.string not in FOREIGN:
                hits = names_in(token.string) & words.keys()
            elif is_prose(token, documented):
                hits = prose_words(token.string) & in_prose
            else:
                continue
            yield from (f"{relative}:{token.start[0]}: {hit}" for hit in sorted(hits))
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        skipped = README_HEAD if relative == "README.md" else 0
        for number, line in enumerate(lines[skipped:], skipped + 1):
            yield from (f"{relative}:{number}: {hit}" for hit in sorted(prose_words(line) & in_prose))


@pytest.mark.parametrize("folder", PYTHON)
def test_no_retired_word_returns_in_code(folder: str) -> None:
    hits = [hit for path in tracked(folder, ends=(".py",)) for hit in found(path)]
    assert not hits, "\n".join(hits)


def test_no_retired_word_returns_in_documents() -> None:
    paths = tracked(
        "docs",
        "deploy",
        "README.md",
        "CONTRIBUTING.md",
        "Makefile",
        "pyproject.toml",
        ends=(".md", ".yml", ".toml", "Makefile"),
    )
    hits = [hit for path in paths for hit in found(path)]
    assert not hits, "\n".join(hits)


def test_no_retired_word_returns_in_the_keys_of_catalogs() -> None:
    hits = []
    for path in tracked("bot/i18n", ends=(".po",)):
        text = path.read_text(encoding="utf-8")
        keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE) + re.findall(r"\{(\w+)\}", text)
        hits += [f"{path.name}: {key}" for key in keys if names_in(key.replace(".", "_")) & retired().keys()]
    assert not hits, "\n".join(sorted(set(hits)))


@pytest.mark.parametrize("folder", PYTHON)
def test_sentences_have_a_noun_for_their_subject(folder: str) -> None:
    hits = [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {sentence.strip()[:80]}"
        for path in tracked(folder, ends=(".py",))
        for documented in [docstrings(path)]
        for token in tokens(path)
        if is_prose(token, documented)
        for sentence in _SENTENCE.findall(token.string)
    ]
    assert not hits, "\n".join(hits)


def test_the_glossary_is_short() -> None:
    entries = re.findall(
        r"^\| .+ \| .+ \|$", GLOSSARY.read_text(encoding="utf-8").partition("## Retired words")[0], re.MULTILINE
    )
    assert 25 <= len(entries) - 1 <= 50
