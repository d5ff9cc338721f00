"""What a command pays for location: a fresh process reads areas from their file and answers one point.

Run as ``python tests/benchmarks/cold_location.py AREAS.gpkg LON LAT``; prints JSON: seconds of the processor
for the imports that every command has anyway, and for location. The compiler may not have been loaded.
"""

import json
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import geo_service.cli.entry  # noqa: F401 - what a command has imported before it does anything
from boundaries import Areas, LonLat


def main(path: Path, lon: float, lat: float) -> None:
    """Answer one point and print what it took."""
    imports_s = time.process_time()
    found = Areas.load(path).locate(LonLat(lon, lat))
    location_s = time.process_time() - imports_s
    if found is None or "numba" in sys.modules:
        raise RuntimeError("no village found, or found with the compiler")
    told = {"village": found.code, "imports_s": round(imports_s, 3), "location_s": round(location_s, 4)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
