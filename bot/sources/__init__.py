"""The outside: bytes are fetched politely and read as snapshots."""
