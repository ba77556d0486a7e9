"""Chaos: the real application as a process, everything around it failing by a plan, and an auditor at the end."""
