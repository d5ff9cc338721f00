"""The ticket: from the hotline's spreadsheet to a closed loop. Stable: the CLI, the HTTP interface and the workspace."""
