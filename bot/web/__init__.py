"""The HTTP server: health checks, metrics, the webhook, and documents for other programs."""
