"""Golden files: every view in every language with fixed values, readable from top to bottom.

`python -m tests.golden` (`make golden`) writes tests/golden/<language>.txt; a test compares them. Samples are in one
file for each feature.
"""
