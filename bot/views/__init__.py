"""Words and pictures: domain values and a language in, messages out. No Telegram library, no database, no clock."""
