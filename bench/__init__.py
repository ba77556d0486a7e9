"""The measurements: each against what a user would pick instead, in one run, as a ratio."""
