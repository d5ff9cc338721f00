"""The rules of the trade, told as stories."""
