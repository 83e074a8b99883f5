"""What the product must be faster than, measured side by side on one PostgreSQL server."""
