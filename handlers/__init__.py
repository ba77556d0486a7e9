"""Handlers of updates: parse an update, call one service, show one view. No SQL and no rule lives here."""
