"""Is everything shifted? Places that name where they are, held against where that is drawn.

GCJ-02 and BD-09 move a place by some hundred metres, so a file in the wrong datum still looks right: two
thirds of its places lie in the village they name. What gives it away is the other third, and that undoing
exactly one known shift brings them home. So seven explanations are compared, place by place: as declared, and
the six ways in which one of WGS 84, GCJ-02 and BD-09 can have been taken for another.

The test is McNemar's exact one (doi:10.1007/BF02295996), paired by place. Null hypothesis: the shift brings
as many places home as it takes away. Alternative: it brings more home. p is one-sided, and multiplied by the
six shifts that were tried (Bonferroni).

A file may also mix two datums. Then the best explanation leaves some places away, and one more shift brings
most of those home. Null hypothesis: what lies away does so for other reasons (another caller, a wrong
border), so the shift brings as many of them home as the same step in the opposite direction. Alternative:
more. Again paired by place, one-sided, times six.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    MIXED = "mixed"  # some in one datum, some in another
    DOUBTFUL = "doubtful"  # shifted, or one or two grounds are drawn wrong: a person looks


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
    strays: tuple[int, ...] = ()
    """Of a mixed file: rows of the points given that are in the other datum for sure, in their order."""


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
    points, grounds, of_ground, rows = _witnesses(np.asarray(points, dtype=np.float64).reshape(-1, 2), homes)
    drawn = np.array([shapely.transform(ground, grid.to_metres) for ground in grounds], dtype=object)
    shapely.prepare(drawn)
    look = _Look(drawn[of_ground], of_ground, grid)
    standing = look.at_home(points)
    tried = [
        _Trial.of(shift, look.metres_from_home(shift.undone(points)), standing, of_ground) for shift in SHIFTS
    ]
    verdict = _judged(tried, standing)
    return _mixture(verdict, points, rows, look) or verdict


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


def _mixture(
    verdict: DatumVerdict, points: Points, rows: NDArray[np.intp], look: "_Look"
) -> DatumVerdict | None:
    """Return the verdict of two datums in one file; None when what lies away has other reasons."""
    shift = verdict.shift
    at = points if shift is None else shift.undone(points)
    others = [
        (one.taken, one.truly, one.undone(points))
        for one in SHIFTS
        if shift is None or (one != shift and one.taken is shift.taken)
    ]
    others += [] if shift is None else [(shift.taken, shift.taken, points)]
    away = ~look.at_home(at)
    found = [
        (brought, taken, truly)
        for taken, truly, moved in others
        if (brought := look.brought_home(at, moved, away)) is not None
    ]
    if not found:
        return None
    (home, p), taken, truly = max(found, key=lambda one: int(one[0][0].sum()))
    if shift is None:
        whole = Shift(taken, truly)
        after = look.at_home(whole.undone(points))
        if 2 * int((~away & ~after).sum()) < int(home.sum()) and after.sum() >= HOME_SHARE * len(points):
            return _shifted(whole, len(points), verdict.at_home, int(after.sum()), p)
    values: dict[str, object] = {
        "places": len(points),
        "at_home": int((~away).sum()),
        "first": (taken if shift is None else shift.truly).value,
        "better": int(home.sum()),
        "second": truly.value,
        "p": f"{p:.1g}",
    }
    reason = Reason(
        "datum.mixed",
        "two datums in one file: of {places} places {at_home} lie where their words say as {first}, {better} "
        "others only as {second} (p = {p})",
        values,
    )
    strays = tuple(sorted(rows[home].tolist()))
    return DatumVerdict(
        Fit.MIXED, None, len(points), verdict.at_home, verdict.at_home_shifted, p, reason, strays
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The grounds, looked at from places that may be elsewhere."""

    drawn: NDArray[Any]
    """The ground of each place, in metres."""
    of_ground: NDArray[np.intp]
    grid: Projection

    def metres_from_home(self, points: Points) -> NDArray[np.float64]:
        spots = shapely.points(self.grid.to_metres(points))
        return np.asarray(shapely.distance(spots, self.drawn), dtype=np.float64)

    def at_home(self, points: Points) -> NDArray[np.bool_]:
        home: NDArray[np.bool_] = self.metres_from_home(points) <= HOME_M
        return home

    def brought_home(
        self, at: Points, moved: Points, away: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], float] | None:
        """Return which places a step brings home, and p; None when it is no more than chance, or too few."""
        home, mirrored = away & self.at_home(moved), away & self.at_home(2 * at - moved)
        p = _corrected(int((home & ~mirrored).sum()), int((mirrored & ~home).sum()))
        many = home.sum() >= HOME_SHARE * away.sum()
        return (home, p) if p <= SURE_P and many and len(np.unique(self.of_ground[home])) >= GROUNDS else None


def _witnesses(
    points: Points, homes: Sequence[shapely.Geometry | None]
) -> tuple[Points, list[shapely.Geometry], NDArray[np.intp], NDArray[np.intp]]:
    """Return the different places, the grounds, the row of each place's ground, and of each place itself."""
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
    return points[rows[chosen]], [home for _, home in grounds.values()], of_ground[chosen], rows[chosen]


def _judged(tried: Sequence[_Trial], standing: NDArray[np.bool_]) -> DatumVerdict:
    """Weigh the trials against the places as they stand."""
    best = max(tried, key=lambda trial: (trial.home, -trial.lost_m))
    places, at_home = len(standing), int(standing.sum())
    values: dict[str, object] = {"places": places, "at_home": at_home}
    if best.p <= SURE_P and best.home >= HOME_SHARE * places:
        found = _shifted(best.shift, places, at_home, best.home, best.p)
        return found if best.grounds_better >= GROUNDS else _doubtful(found)
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


def _shifted(shift: Shift, places: int, at_home: int, home: int, p: float) -> DatumVerdict:
    values: dict[str, object] = {
        "places": places,
        "at_home": at_home,
        "shifted": home,
        "truly": shift.truly.value,
        "taken": shift.taken.value,
        "p": f"{p:.1g}",
    }
    reason = Reason(
        "datum.shifted",
        "of {places} places {at_home} lie where their words say, {shifted} would if {truly} had not been "
        "taken for {taken} (p = {p})",
        values,
    )
    return DatumVerdict(Fit.SHIFTED, shift, places, at_home, home, p, reason)


def _doubtful(found: DatumVerdict) -> DatumVerdict:
    """Return the verdict of a shift that one or two grounds alone speak of."""
    reason = Reason(
        "datum.doubtful",
        "of {places} places {at_home} lie where their words say, {shifted} would with {truly}; but they "
        "speak of so few villages that a border may be drawn wrong as well: look at some on the map",
        found.reason.values,
    )
    return replace(found, fit=Fit.DOUBTFUL, shift=None, reason=reason)
