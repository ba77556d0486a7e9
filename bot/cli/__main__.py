"""`python -m bot.cli` is the same as `jarchi`."""

from bot.start import main

main()
