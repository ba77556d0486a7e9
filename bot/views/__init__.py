"""Views: domain values and a language in, messages and pictures out. No Telegram library, no database, no clock."""
