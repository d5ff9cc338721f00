"""The service above the rules: assignment, settings, services."""
