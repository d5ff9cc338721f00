"""Make the calibration that is shipped: development counties, damaged names and messages without a place.

Run as ``python tests/benchmarks/fit_calibration.py [--out FILE]``; it wants the peers (jionlp's list) and the
messages beside the checkout, and looks at no county and no message of the test split.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from boundaries import Geocoder, GeocodeResult
from boundaries.calibration import Calibration
from tests.benchmarks.complaints import complaints, placeless_clauses
from tests.benchmarks.damaged_names import damaged
from tests.benchmarks.nation_villages import RealCounty, sampled

_COUNTIES, _VILLAGES = 300, 25
_FEWEST = 30
"""What was seen less often keeps its raw confidence: these texts say little about it."""
_ROUNDS = 4
"""How often each message is put to some county: real tickets without a village are as common as with one."""


def main() -> None:
    """Count, and write the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--out", type=Path, default=Path("boundaries/data/calibration.csv"))
    out = reader.parse_args().out
    counties = sampled(_COUNTIES, testing=False)
    seen = Calibration.learned(_answers(counties)).tallies
    learned = Calibration({evidence: tally for evidence, tally in seen.items() if tally.asked >= _FEWEST})
    learned.save(out)
    sys.stdout.write(f"{len(learned.tallies)} kinds of evidence from {len(counties)} counties → {out}\n")


def _answers(counties: list[RealCounty]) -> Iterator[tuple[GeocodeResult, str]]:
    """Yield what each county's uncalibrated geocoder answers, and what is right."""
    messages = complaints()[::2]
    for place, county in enumerate(counties):
        geocoder = _uncalibrated(county)
        for named in damaged([county], _VILLAGES, placeless_clauses(testing=False)):
            yield geocoder.geocode(named.text), named.code
        for text in messages[place % (len(messages) or 1) :: max(1, len(counties) // _ROUNDS)]:
            yield geocoder.geocode(text), ""


def _uncalibrated(county: RealCounty) -> Geocoder:
    return county.geocoder.with_calibration(Calibration())


if __name__ == "__main__":
    main()
