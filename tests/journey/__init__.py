"""One story, from file to map: the real run on Guixi, and the demo county."""
