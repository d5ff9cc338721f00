"""The same stories on SQLite and on a real PostgreSQL server."""
