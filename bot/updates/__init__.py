"""Receiving updates: parsing each separately, long polling, and holding back what may not be confirmed yet."""
