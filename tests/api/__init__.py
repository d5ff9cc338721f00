"""Pages and JSON over a small workspace of the toy county."""
