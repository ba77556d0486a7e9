"""The benchmark of reports of one event runs with the current rule, at a small size."""

import datetime as dt

from bench.duplicates import cost, likeness_alone


async def test_the_cost_of_a_comparison_is_measured() -> None:
    assert await cost(dt.timedelta(days=3), articles=50, comparisons=2) > 0


def test_similarity_alone_does_not_find_all_pairs() -> None:
    assert 0 <= likeness_alone() < 1
