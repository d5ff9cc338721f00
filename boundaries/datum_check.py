"""Is everything shifted? Places that name where they are, held against where that is drawn.

GCJ-02 and BD-09 move a place by some hundred metres, so a file in the wrong datum still looks right: two
thirds of its places lie in the village they name. What gives it away is the other third, and that undoing
exactly one known shift brings them home. So seven explanations are compared, place by place: as declared, and
the six ways in which one of WGS 84, GCJ-02 and BD-09 can have been taken for another.

The test is McNemar's exact one (doi:10.1007/BF02295996), paired by place. Null hypothesis: the shift brings
as many places home as it takes away. Alternative: it brings more home. p is one-sided, and multiplied by the
six shifts that were tried (Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.stats import binom

from boundaries.coordinates import Datum, Points, Projection, from_wgs84, to_wgs84
from boundaries.reasons import Reason

HOME_M = 30.0
"""So far outside of its ground a place still counts as at home: the error of a phone, and of a border."""
SURE_P = 0.001
"""Below this corrected p a shift is told, or denied."""
GROUNDS = 3
"""On so many different grounds the evidence must lie: one badly drawn village accuses nobody."""
HOME_SHARE = 0.5
"""An explanation that leaves more places than this away from home explains nothing."""
_ONE_PLACE_DEG = 0.001  # about 100 m: fourteen tickets about one market are one witness
_MOST = 4_000  # places are looked at; more make no p smaller that matters
_PER_BORDER = 12  # places along each border are witnesses of a layer
_FAR_M = 2_000.0  # beyond this a place is lost under every explanation


class Fit(StrEnum):
    """What the places say about their datum."""

    SILENT = "silent"  # too few, or they lie at home either way
    FITS = "fits"  # as declared, and no shift would do
    SHIFTED = "shifted"


@dataclass(frozen=True, slots=True)
class Shift:
    """One datum taken for another."""

    taken: Datum
    """What the coordinates were taken for when they were converted to WGS 84."""
    truly: Datum
    """What they were."""

    def undone(self, points: Points) -> Points:
        """Return where wrongly converted places really are, WGS 84, shape (n, 2)."""
        return to_wgs84(from_wgs84(points, self.taken), self.truly)


SHIFTS = tuple(Shift(*pair) for pair in permutations((Datum.WGS84, Datum.GCJ02, Datum.BD09), 2))
"""What can have gone wrong; CGCS2000 counts as WGS 84."""


@dataclass(frozen=True, slots=True)
class DatumVerdict:
    """What a check found, with its numbers."""

    fit: Fit
    shift: Shift | None
    """The shift that explains the places best; None unless ``fit`` is SHIFTED."""
    places: int
    """Different places that were looked at."""
    at_home: int
    """How many of them lie where they say, as they stand."""
    at_home_shifted: int
    """How many would, with the best of the shifts undone."""
    p: float
    """Of the likeliest shift, corrected; 1 when there was nothing to look at."""
    reason: Reason


def check_datum(points: Points, homes: Sequence[shapely.Geometry | None], grid: Projection) -> DatumVerdict:
    """Tell whether places are shifted against the grounds they name.

    Parameters
    ----------
    points
        Shape (n, 2), WGS 84 as they were converted. NaN rows are passed over.
    homes
        For each point the ground it names, WGS 84: a village's area, a street as a strip; None for a point
        that names none. A name that several grounds bear is their union. One object per ground: it is by
        identity that witnesses are told to be of different grounds.
    grid
        On which distances are measured.

    Returns
    -------
    DatumVerdict
        SILENT with too few places or when they lie deep inside their grounds. It takes about ten places that
        change sides: some thirty in villages of 5 km², a dozen along named streets.
    """
    points, grounds, of_ground = _witnesses(np.asarray(points, dtype=np.float64).reshape(-1, 2), homes)
    drawn = np.array([shapely.transform(ground, grid.to_metres) for ground in grounds], dtype=object)
    shapely.prepare(drawn)

    def metres_from_home(moved: Points) -> NDArray[np.float64]:
        spots = shapely.points(grid.to_metres(moved))
        return np.asarray(shapely.distance(spots, drawn[of_ground]), dtype=np.float64)

    standing = metres_from_home(points) <= HOME_M if len(points) else np.zeros(0, dtype=bool)
    tried = [
        _Trial.of(shift, metres_from_home(shift.undone(points)), standing, of_ground) for shift in SHIFTS
    ]
    return _judged(tried, standing)


def check_layers(drawn: gpd.GeoDataFrame, standing: gpd.GeoDataFrame, grid: Projection) -> DatumVerdict:
    """Tell whether one layer of areas is shifted against another of the same ground.

    Witnesses are places along the borders of ``drawn``; at home they lie on the border that ``standing``
    draws for the same unit. A layer that was drawn anew from scratch says nothing; one of which many borders
    stayed as they were tells.

    Parameters
    ----------
    drawn
        With ``code`` as a column, EPSG:4326.
    standing
        By code, EPSG:4326.
    grid
        On which distances are measured.
    """
    points, homes = [np.empty((0, 2))], list[shapely.Geometry | None]()
    for code, shape in zip(drawn["code"], drawn.geometry, strict=True):
        if code in standing.index:
            home = shapely.boundary(standing.geometry.loc[code])
            line = shapely.boundary(shape)
            along = np.arange(0.0, 1.0, 1.0 / _PER_BORDER)
            places = shapely.get_coordinates(shapely.line_interpolate_point(line, along, normalized=True))
            points.append(places)
            homes += [home] * len(places)
    return check_datum(np.vstack(points), homes, grid)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One shift undone: whom it brought home, whom it took away."""

    shift: Shift
    home: int
    better: int
    worse: int
    grounds_better: int
    grounds_worse: int
    lost_m: float

    @classmethod
    def of(
        cls, shift: Shift, metres: NDArray[np.float64], standing: NDArray[np.bool_], ground: NDArray[Any]
    ) -> "_Trial":
        home = metres <= HOME_M
        better, worse = home & ~standing, standing & ~home
        lost_m = float(np.minimum(metres, _FAR_M).sum())
        return cls(
            shift,
            int(home.sum()),
            int(better.sum()),
            int(worse.sum()),
            len(np.unique(ground[better])),
            len(np.unique(ground[worse])),
            lost_m,
        )

    @property
    def p(self) -> float:
        """Chance of so many brought home, if the shift did not matter; corrected for the shifts tried."""
        return _corrected(self.better, self.worse)

    @property
    def p_against(self) -> float:
        """Chance of so many taken away, if the shift did not matter; corrected likewise."""
        return _corrected(self.worse, self.better)


def _corrected(more: int, fewer: int) -> float:
    return min(1.0, len(SHIFTS) * float(binom.sf(more - 1, more + fewer, 0.5)))


def _witnesses(
    points: Points, homes: Sequence[shapely.Geometry | None]
) -> tuple[Points, list[shapely.Geometry], NDArray[np.intp]]:
    """Return the different places, the grounds, and the row of each place's ground."""
    grounds: dict[int, tuple[int, shapely.Geometry]] = {}
    seen: dict[tuple[int, int, int], int] = {}
    for row, (point, home) in enumerate(zip(points, homes, strict=True)):
        if home is None or shapely.is_empty(home) or not np.isfinite(point).all():
            continue
        ground, _ = grounds.setdefault(id(home), (len(grounds), home))
        lon, lat = np.floor(point / _ONE_PLACE_DEG).astype(np.int64).tolist()
        seen.setdefault((ground, lon, lat), row)
    rows = np.array(list(seen.values()), dtype=np.intp)
    of_ground = np.array([ground for ground, _, _ in seen], dtype=np.intp)
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MOST)).astype(np.intp))
    return points[rows[chosen]], [home for _, home in grounds.values()], of_ground[chosen]


def _judged(tried: Sequence[_Trial], standing: NDArray[np.bool_]) -> DatumVerdict:
    """Weigh the trials against the places as they stand."""
    best = max(tried, key=lambda trial: (trial.home, -trial.lost_m))
    places, at_home = len(standing), int(standing.sum())
    values: dict[str, object] = {"places": places, "at_home": at_home}
    if best.p <= SURE_P and best.grounds_better >= GROUNDS and best.home >= HOME_SHARE * places:
        values |= {
            "shifted": best.home,
            "truly": best.shift.truly.value,
            "taken": best.shift.taken.value,
            "p": f"{best.p:.1g}",
        }
        reason = Reason(
            "datum.shifted",
            "of {places} places {at_home} lie where their words say, {shifted} would if {truly} had not been "
            "taken for {taken} (p = {p})",
            values,
        )
        return DatumVerdict(Fit.SHIFTED, best.shift, places, at_home, best.home, best.p, reason)
    sure = all(trial.p_against <= SURE_P and trial.grounds_worse >= GROUNDS for trial in tried)
    if sure and at_home >= HOME_SHARE * places:
        reason = Reason(
            "datum.fits",
            "of {places} places {at_home} lie where their words say, and no other datum would bring as many",
            values,
        )
        return DatumVerdict(Fit.FITS, None, places, at_home, best.home, best.p, reason)
    reason = Reason(
        "datum.silent",
        "{places} places say where they are: too few, or too deep inside, to tell the datum",
        {"places": places},
    )
    return DatumVerdict(Fit.SILENT, None, places, at_home, best.home, best.p, reason)
