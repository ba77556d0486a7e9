"""Benchmarks: each compares Jarchi with the usual alternative in one run, as a ratio."""
