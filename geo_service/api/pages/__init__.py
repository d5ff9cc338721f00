"""The pages people see, one module each: what a page holds, and how it comes about."""
