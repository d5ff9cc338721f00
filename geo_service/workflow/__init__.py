"""The journey of a ticket, step by step: each consumes a status, produces the next, and says what it left."""
