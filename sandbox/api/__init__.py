"""The Core API v2 (`/core/v2`), one module per resource."""
