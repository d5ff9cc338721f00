"""The tests mirror the packages; `journey` tells one ticket's story from file to map."""
