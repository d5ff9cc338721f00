"""The command line: one verb per step of the journey. `main` is what `geo-service` runs."""

from geo_service.cli.entry import main as main
