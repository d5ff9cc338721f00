"""The ticket: from the hotline's spreadsheet to a closed loop.

Stable: the command line, the HTTP interface and the workspace.
"""
