"""Draining the deliveries: claimed, paced, sent, accounted for."""
