"""The demo: an embedded Telegram and a replayed source, so that Jarchi can be tried offline."""
