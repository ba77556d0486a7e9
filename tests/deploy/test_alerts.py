"""deploy/alerts.yml passes its promtool tests, and the series that it reads exist before their first event."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from bot.delivery.policy import Outcome
from bot.domain.events import EventKind
from bot.metrics import Metrics

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "alerts.yml"
CASES = sorted(Path(__file__).parent.glob("*.test.yml"))

promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is missing: install Debian's package prometheus"
)


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def metrics_page() -> str:
    metrics = Metrics()
    metrics.declare_sends(Outcome)
    metrics.declare_source("site")
    return generate_latest(metrics.registry).decode()


@promtool
@pytest.mark.parametrize("command", [("check", RULES), *(("test", path) for path in CASES)])
def test_the_rules_pass_promtool(command: tuple[str, Path]) -> None:
    verb, path = command
    ran = subprocess.run(["promtool", verb, "rules", str(path)], capture_output=True, text=True, timeout=280)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    cases: dict[str, set[bool]] = {}
    for test in (test for path in CASES for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]):
        for case in test["alert_rule_test"]:
            cases.setdefault(case["alertname"], set()).add(bool(case["exp_alerts"]))
    assert cases == {rule["alert"]: {True, False} for rule in rules()}


def test_each_metric_of_a_rule_is_one_that_is_exported() -> None:
    page = metrics_page()
    for rule in rules():
        for name in re.findall(r"\b(?:jarchi|process)_\w+", rule["expr"]):
            family = name.removesuffix("_bucket")
            assert f"# TYPE {family} " in page, (rule["alert"], name)


@pytest.mark.parametrize(
    "series",
    [
        *(f'jarchi_sends_total{{kind="{kind}",outcome="our fault"}}' for kind in EventKind),
        'jarchi_sends_total{kind="article",outcome="stop"}',
        'jarchi_sends_total{kind="broadcast",outcome="sent"}',
        'jarchi_telegram_answers_total{method="getUpdates",status="401"}',
        'jarchi_telegram_answers_total{method="sendMessage",status="429"}',
        'jarchi_database_errors_total{error="OperationalError"}',
        'jarchi_polls_total{outcome="failed",source="site"}',
        "jarchi_updates_left_out_total",
    ],
)
def test_a_counter_is_exported_as_0_before_its_first_event(series: str) -> None:
    assert f"\n{series} 0.0\n" in metrics_page()
