"""What the map says about a spot, held against what the text says about the village and the town."""

from collections.abc import Sequence
from dataclasses import replace

import shapely

from boundaries.areas import Areas
from boundaries.names import fold_name
from boundaries.places import Candidate, GeocodeStatus, PlaceLevel
from boundaries.proposals import Proposals
from boundaries.reasons import Reason
from boundaries.roads import stretch_in
from boundaries.siting import BORDER_M, Siting, lies_near, site_point
from boundaries.spots import Spot
from boundaries.town_context import TownContext
from boundaries.unit_claims import UnitClaim
from boundaries.written_coordinates import WrittenCoordinate

_CLOSE_M = 150.0  # a landmark this near to the stated unit does not contradict it
_ROAD_CLOSE_M = 200.0
_OTHER_TOWN = 0.25
_SETTLED, _CONFLICT, _HEARD, _UNSTATED = 0.85, 0.5, 0.6, 0.5


class SpotJudge:
    """Weighs spots against named villages and towns."""

    def __init__(self, areas: Areas, proposals: Proposals) -> None:
        self._areas = areas
        self._proposals = proposals

    def coordinate(self, written: WrittenCoordinate, claim: UnitClaim | None, town: TownContext) -> UnitClaim:
        """Judge a coordinate that stands in the text."""
        reach_m = BORDER_M if written.datum else 2 * written.sigma_m
        siting = site_point(self._areas, written.point, reach_m=reach_m, sigma_m=written.sigma_m)
        if written.datum is None:
            reason = Reason("L13", "the coordinate does not say its datum: it may be off by 700 m")
            siting = siting.with_reason(reason, is_sure=False)
        else:
            reason = Reason("L13", "the coordinate is read as {datum}", {"datum": written.datum.value})
            siting = siting.with_reason(reason)
        if claim is not None:
            return self._with_claim(siting, PlaceLevel.POINT, written.words, claim, None)
        return self._alone(siting, PlaceLevel.POINT, written.words, town) or self._unplaced(
            siting, written.words
        )

    def spots(self, spots: Sequence[Spot], claim: UnitClaim | None, town: TownContext) -> UnitClaim | None:
        """Judge the spots of a text; None when they lie on no drawn area."""
        if claim is not None:
            fitting = [spot for spot in spots if spot.siting.first in claim.codes]
            spot = (fitting or list(spots))[0]
            if spot.level is PlaceLevel.ROAD:
                return self._road_with_claim(spot, claim)
            return self._with_claim(spot.siting, spot.level, spot.label, claim, spot)
        in_town = [spot for spot in spots if self._town_of(spot.siting.first) in town.codes]
        chosen = in_town if town.codes and in_town else list(spots)
        if len(chosen) > 1:
            return self._several(chosen)
        spot = chosen[0]
        judged = self._alone(spot.siting, spot.level, spot.label, town)
        if judged is None:
            return None
        judged = self._named_after_town(judged, spot)
        on_map = spot.level is PlaceLevel.ROAD and spot.place.geometry is not None
        if on_map and judged.status is GeocodeStatus.RESOLVED:
            reason = Reason(
                "L12", "drawn at the middle of {place}, as nothing says where on it", {"place": spot.label}
            )
            judged = replace(judged, candidates=(self._on_stretch(judged.candidates[0], spot, reason),))
        return _doubted_by_sound(judged, spot) if spot.is_heard else judged

    def _alone(self, siting: Siting, level: PlaceLevel, label: str, town: TownContext) -> UnitClaim | None:
        """Judge a spot of which no village is named."""
        found = self._proposals.by_share(
            siting.shares, level, label, *siting.because, point=siting.point, sigma_m=siting.sigma_m
        )
        if not found:
            return None
        found = _in_stated_town(found, town)
        if town.codes and found[0].town_code not in town.codes:
            values = {"place": label, "found": found[0].town_name, "town": town.words}
            reason = Reason("L5", "{place} lies in {found}, the text says {town}", values)
            shown = tuple(c.with_reason(reason, confidence=min(c.confidence, _CONFLICT)) for c in found)
            return UnitClaim(GeocodeStatus.NEEDS_REVIEW, shown, (reason,))
        if siting.is_sure and found[0].unit_code == siting.first:
            return UnitClaim(GeocodeStatus.RESOLVED, found[:1])
        reason = Reason("L12", "{place} may lie in several units: a person decides", {"place": label})
        return UnitClaim(GeocodeStatus.NEEDS_REVIEW, found, (reason,))

    def _unplaced(self, siting: Siting, label: str) -> UnitClaim:
        reason = Reason("L14", "{place} lies outside of all drawn areas", {"place": label})
        unknown = Candidate(
            PlaceLevel.POINT, label, None, "", None, "", siting.point, siting.sigma_m, 0.0, siting.because
        )
        return UnitClaim(GeocodeStatus.NEEDS_REVIEW, (unknown,), (reason,))

    def _with_claim(
        self, siting: Siting, level: PlaceLevel, label: str, claim: UnitClaim, spot: Spot | None
    ) -> UnitClaim:
        """Judge a spot and a named village together: agree, choose one of several, or contradict."""
        best = claim.candidates[0]
        reached = [c for c in claim.candidates if c.unit_code in siting.shares]
        picked = reached[0] if len(reached) == 1 else None
        if claim.status is GeocodeStatus.AMBIGUOUS and picked is not None:
            reason = Reason("L6", "{place} lies in this one of them", {"place": label})
            settled = self._placed(picked, siting, level, label, reason, confidence=_SETTLED)
            return UnitClaim(GeocodeStatus.RESOLVED, (settled,))
        if len(claim.codes) > 1 and picked is None:
            return claim
        shape = spot.place.geometry if spot is not None and level is PlaceLevel.POI else None
        near = self._is_near(best, siting, shape)
        if near is None and not siting.is_sure:
            return claim
        if near:
            reason = Reason(
                "L3", "{place} lies in the unit the text names, or at its border", {"place": label}
            )
            counted = spot is not None and level is PlaceLevel.POINT
            told = picked or best
            told = replace(told, because=(*told.because, *siting.because[:1])) if counted else told
            placed = self._placed(told, siting, level, label, reason)
            return replace(
                claim, candidates=(placed, *claim.candidates[1:]) if len(claim.codes) == 1 else (placed,)
            )
        reason = Reason(
            "L5",
            "{place} does not lie in {unit}, which the text names",
            {"place": label, "unit": best.unit_name},
        )
        others = self._proposals.by_share(
            siting.shares, level, label, *siting.because, point=siting.point, sigma_m=siting.sigma_m
        )
        shown = (
            best.with_reason(reason, confidence=min(best.confidence, _CONFLICT)),
            *(replace(c, confidence=min(c.confidence, _CONFLICT - 0.1)) for c in others),
        )
        return UnitClaim(GeocodeStatus.NEEDS_REVIEW, shown, (reason,))

    def _is_near(self, best: Candidate, siting: Siting, shape: shapely.Geometry | None) -> bool | None:
        """Say whether the spot touches the named unit; None when the unit is not drawn."""
        code = best.unit_code or ""
        if code in siting.shares:
            return True
        if shape is None and siting.point is not None:
            shape = shapely.Point(siting.point)
        return None if shape is None else lies_near(self._areas, code, shape, _CLOSE_M)

    def _road_with_claim(self, spot: Spot, claim: UnitClaim) -> UnitClaim:
        """Judge a street and a named village: the stretch of the street inside it is meant."""
        through = [c for c in claim.candidates if spot.siting.shares.get(c.unit_code or "", 0) > 0]
        if claim.status is GeocodeStatus.AMBIGUOUS and len(through) == 1:
            reason = Reason("L6", "{place} runs through this one of them", {"place": spot.label})
            settled = self._on_stretch(through[0], spot, reason, confidence=_SETTLED)
            return UnitClaim(GeocodeStatus.RESOLVED, (settled,))
        if len(claim.codes) > 1:
            return claim
        best = claim.candidates[0]
        if through:
            reason = Reason("L3", "{place} runs through the unit the text names", {"place": spot.label})
            return replace(claim, candidates=(self._on_stretch(best, spot, reason),))
        near = lies_near(self._areas, best.unit_code or "", spot.place.shape, _ROAD_CLOSE_M)
        if near is None or near:
            return claim
        reason = Reason(
            "L5",
            "{place} does not run through {unit}, which the text names",
            {"place": spot.label, "unit": best.unit_name},
        )
        unsure = best.with_reason(reason, confidence=min(best.confidence, _CONFLICT))
        return UnitClaim(GeocodeStatus.NEEDS_REVIEW, (unsure,), (reason,))

    def _on_stretch(
        self, candidate: Candidate, spot: Spot, reason: Reason, *, confidence: float | None = None
    ) -> Candidate:
        villages = self._areas.villages.geometry
        drawn = candidate.unit_code in villages.index and spot.place.geometry is not None
        area = villages.loc[candidate.unit_code] if drawn else None
        stretch = stretch_in(spot.place, area, self._areas.projection) if area is not None else None
        point, sigma_m = stretch or (None, None)
        named = candidate.label.endswith(spot.label)
        label = candidate.label if named else f"{candidate.label}{spot.label}"
        placed = replace(candidate, level=PlaceLevel.ROAD, label=label, point=point, sigma_m=sigma_m)
        return placed.with_reason(reason, confidence=confidence)

    def _placed(  # noqa: PLR0913 - a candidate has that many sides
        self,
        candidate: Candidate,
        siting: Siting,
        level: PlaceLevel,
        label: str,
        reason: Reason,
        *,
        confidence: float | None = None,
    ) -> Candidate:
        placed = replace(candidate, level=level, label=label, point=siting.point, sigma_m=siting.sigma_m)
        return placed.with_reason(reason, confidence=confidence)

    def _several(self, spots: Sequence[Spot]) -> UnitClaim | None:
        """L6 for landmarks: the name is borne by several."""
        reason = Reason(
            "L6", "the map has {count} places called {place}", {"count": len(spots), "place": spots[0].label}
        )
        found = [
            self._proposals.unit(
                spot.siting.first,
                spot.level,
                spot.place.name,
                1 / len(spots),
                *spot.siting.because,
                point=spot.siting.point,
                sigma_m=spot.siting.sigma_m,
            )
            for spot in spots
            if spot.siting.first in self._proposals.divisions
        ]
        if not found:
            return None
        units = {candidate.unit_code for candidate in found}
        status = GeocodeStatus.AMBIGUOUS if len(units) > 1 else GeocodeStatus.NEEDS_REVIEW
        return UnitClaim(status, tuple(found), (reason,))

    def _named_after_town(self, judged: UnitClaim, spot: Spot) -> UnitClaim:
        """Doubt an office that bears the name of another town than the one it stands in."""
        name, best = fold_name(spot.place.name), judged.candidates[0]
        named = [town for town in self._proposals.divisions.towns() if fold_name(town.name) in name]
        if not named or best.town_code in {town.code for town in named}:
            return judged
        reason = Reason(
            "L5",
            "{place} bears the name of {town} and stands in {found}",
            {"place": spot.label, "town": named[0].name, "found": best.town_name},
        )
        shown = tuple(c.with_reason(reason, confidence=min(c.confidence, _HEARD)) for c in judged.candidates)
        return UnitClaim(GeocodeStatus.NEEDS_REVIEW, shown, (reason,))

    def _town_of(self, unit_code: str) -> str:
        divisions = self._proposals.divisions
        return divisions[unit_code].town_code if unit_code in divisions else ""


def _in_stated_town(found: tuple[Candidate, ...], town: TownContext) -> tuple[Candidate, ...]:
    """Put the units of the stated town first: what lies in another one is less likely for that."""
    if not any(candidate.town_code in town.codes for candidate in found):
        return found
    weighed = [c if c.town_code in town.codes else _of_another_town(c, town) for c in found]
    return tuple(sorted(weighed, key=lambda candidate: -candidate.confidence))


def _of_another_town(candidate: Candidate, town: TownContext) -> Candidate:
    values = {"place": candidate.label, "found": candidate.town_name, "town": town.words}
    reason = Reason("L5", "{place} lies in {found}, the text says {town}", values)
    return candidate.with_reason(reason, confidence=candidate.confidence * _OTHER_TOWN)


def _doubted_by_sound(judged: UnitClaim, spot: Spot) -> UnitClaim:
    reason = Reason(
        "L7", "the street is written otherwise and only sounds like {road}", {"road": spot.place.name}
    )
    shown = tuple(c.with_reason(reason, confidence=min(c.confidence, _HEARD)) for c in judged.candidates)
    return UnitClaim(GeocodeStatus.NEEDS_REVIEW, shown, (reason, *judged.because))
