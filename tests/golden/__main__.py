"""`python -m tests.golden` writes the golden files."""

from tests.golden.page import write

write()
