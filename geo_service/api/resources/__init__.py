"""JSON under ``/api/v1``: one module per resource, the same data that the pages show."""
