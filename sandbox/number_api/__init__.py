"""The Phone Number API (`/api/v1`): a second protocol over the same rows, one module per resource."""
