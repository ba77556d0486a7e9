"""What people say to the bot: read an update, call one thing, show one view. No SQL and no rule lives here."""
