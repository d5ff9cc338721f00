"""The rules of the trade, plain Python: a ticket, its status, visits, rounds, who may see what."""
