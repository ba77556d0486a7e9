"""Sources on the network: documents are fetched within polite limits and parsed into snapshots."""
