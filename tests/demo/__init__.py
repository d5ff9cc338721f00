"""The invented county and its tickets."""
