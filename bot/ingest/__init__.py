"""Ingest: decide what a snapshot changes, store it, match it and create events, in one transaction."""
