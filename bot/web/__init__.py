"""The HTTP server: health checks, metrics and the webhook."""
