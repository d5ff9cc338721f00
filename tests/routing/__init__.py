"""Tests of routing: streets, walks, rounds."""
