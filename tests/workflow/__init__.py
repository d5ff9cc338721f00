"""The steps of the journey, on the toy county."""
