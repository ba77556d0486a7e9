import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main


def run(*arguments: str, typed: bytes | None = None) -> str:
    result = CliRunner().invoke(main, ["understand", *arguments], input=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def records(typed: bytes, *arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("--json", *arguments, "-", typed=typed).splitlines()]


def test_each_line_has_one_intent_in_order() -> None:
    typed = "курс\n\nkzt > 520\r\n".encode() + b"\xff\xfe\xfd\n" + b"a" * 200_000 + b"\nuranium"
    found = records(typed, "--lang", "ru")
    assert [one["intent"] for one in found] == ["rates", "unknown", "alert", "unknown", "search", "search"]
    assert found[2]["text"] == "kzt > 520"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("10000 рублей в самони", {"intent": "convert", "amount": 10000, "base": "RUB", "quote": "TJS", "corrected": {"самони": "сомони"}}),
        ("1,5 usd kzt, kgs", {"intent": "convert", "amount": 1.5, "base": "USD", "quote": "KZT,KGS"}),
        ("rub tjs < 0,11", {"intent": "alert", "base": "RUB", "quote": "TJS", "level": 0.11, "side": "below"}),
        ("kzt 2%", {"intent": "alert", "base": "KZT", "move": 2, "side": "both"}),
        ("тенге 1,5% за неделю", {"intent": "alert", "base": "KZT", "move": 1.5, "side": "both", "span": "week"}),
        ("график тенге за год", {"intent": "chart", "base": "KZT", "span": "1y"}),
        ("тенге 2025-12", {"intent": "history", "base": "KZT", "span": "2025-12"}),
        ("новости про уран", {"intent": "news", "query": "уран"}),
        ("525", {"intent": "number", "amount": 525}),
    ],
)  # fmt: skip
def test_the_arguments_are_fields(text: str, fields: dict[str, object]) -> None:
    assert records(f"{text}\n".encode(), "--lang", "ru") == [{"text": text, **fields}]


def test_without_json_a_line_is_for_people(tmp_path: Path) -> None:
    file = tmp_path / "typed.txt"
    file.write_text("10000 рублей в самони\nchart kzt 2 недели\n-5 usd\n", encoding="utf-8")
    assert run(str(file)).splitlines() == [
        "10000 рублей в самони: convert amount=10000 base=RUB quote=TJS (самони → сомони)",
        "chart kzt 2 недели: chart base=KZT span=30d asked='2 недели'",
        "-5 usd: convert base=USD problem=convert.error.number",
    ]


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        (("--lang", "uz"), {"intent": "convert", "amount": 1000, "base": "UZS", "quote": "KZT"}),
        (("--lang", "uz-Cyrl"), {"intent": "convert", "amount": 1000, "base": "UZS", "quote": "KZT"}),
        (("--lang", "kg"), {"intent": "convert", "amount": 1000, "base": "KGS", "quote": "KZT"}),
        (("--lang", "kk"), {"intent": "which_currency", "which": "KGS,UZS"}),
        (("--lang", "tk"), {"intent": "which_currency", "which": "KGS,UZS"}),
        (("--lang", "tg"), {"intent": "which_currency", "which": "TJS,KGS,UZS"}),
        (
            ("--lang", "kk", "--timezone", "Asia/Tashkent"),
            {"intent": "convert", "amount": 1000, "base": "UZS", "quote": "KZT"},
        ),
    ],
)
def test_the_language_and_the_time_zone_decide_between_two_meanings(
    arguments: tuple[str, ...], fields: dict[str, object]
) -> None:
    assert records(b"1000 som KZT\n", *arguments) == [{"text": "1000 som KZT", **fields}]


@pytest.mark.parametrize("language", ["xx", "", "k" * 1000])
def test_an_unknown_language_is_refused_with_the_known_ones(language: str) -> None:
    result = CliRunner().invoke(main, ["understand", "--lang", language, "-"], input=b"x")
    assert result.exit_code == 2
    assert "uz_cyrl" in result.output
