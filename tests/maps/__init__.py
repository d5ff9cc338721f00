"""Maps and statistics: against published values, and in a real browser."""
