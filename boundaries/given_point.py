"""The coordinate that came with a ticket, held against what its text says."""

from dataclasses import replace

import shapely

from boundaries.areas import Areas
from boundaries.coordinates import LonLat
from boundaries.places import Candidate, GeocodeResult, GeocodeStatus, PlaceLevel
from boundaries.proposals import Proposals
from boundaries.reasons import Reason
from boundaries.siting import BORDER_M, Siting, lies_near, site_point

_AGREED, _CHOSEN, _CONFLICT = 0.98, 0.85, 0.5
_OPEN = frozenset({GeocodeStatus.NO_PLACE, GeocodeStatus.TOWN_ONLY})
_ASKED = frozenset({GeocodeStatus.AMBIGUOUS, GeocodeStatus.NEEDS_REVIEW})


def with_given_point(
    result: GeocodeResult, point: LonLat, sigma_m: float, areas: Areas, proposals: Proposals
) -> GeocodeResult:
    """Return an answer that takes a ticket's own coordinate into account.

    Parameters
    ----------
    result
        What the text says.
    point, sigma_m
        The coordinate, WGS 84, and its standard deviation in metres.
    areas
        The county's areas; with none drawn the point is kept and decides nothing.
    proposals
        Makes the candidates.
    """
    if result.status in {GeocodeStatus.MULTI_ISSUE, GeocodeStatus.OUT_OF_JURISDICTION}:
        return result
    if not len(areas.villages):
        first = tuple(_at(candidate, point, sigma_m) for candidate in result.candidates[:1])
        return replace(result, candidates=first + result.candidates[1:])
    siting = site_point(areas, point, reach_m=max(BORDER_M, sigma_m), sigma_m=sigma_m)
    held = tuple(
        replace(candidate, label=candidate.unit_name)
        for candidate in proposals.by_share(
            siting.shares, PlaceLevel.POINT, "", *siting.because, point=point, sigma_m=sigma_m
        )
    )
    if not held or result.status is GeocodeStatus.OUT_OF_AREA:
        return _contradicted(result, held, Reason("L14", "the ticket's coordinate and its text do not agree"))
    if result.status in _OPEN:
        return _opened(result, held, siting)
    if result.status in _ASKED:
        return _chosen(result, held, siting)
    return _compared(result, held, areas, sigma_m)


def _opened(result: GeocodeResult, held: tuple[Candidate, ...], siting: Siting) -> GeocodeResult:
    """Answer by the coordinate: the text names no village."""
    best = result.best
    if best is not None and best.town_code not in {None, held[0].town_code}:
        reason = Reason("L5", "the ticket's coordinate lies in another town than the text says")
        return _contradicted(result, held, reason)
    reason = Reason("L13", "the text names no village; the ticket's coordinate does")
    if siting.is_sure:
        return _resolved(result, held[0], (reason,))
    return replace(result, status=GeocodeStatus.NEEDS_REVIEW, candidates=held, because=(reason,))


def _chosen(result: GeocodeResult, held: tuple[Candidate, ...], siting: Siting) -> GeocodeResult:
    """Let the coordinate choose between units of the same name; other doubts it does not lift."""
    fitting = [c for c in result.candidates if siting.is_sure and c.unit_code == siting.first]
    if not fitting or result.status is not GeocodeStatus.AMBIGUOUS:
        return _contradicted(result, held, Reason("L13", "the ticket's coordinate does not settle it"))
    reason = Reason("L13", "the ticket's coordinate lies in this one")
    point, sigma_m = siting.point, siting.sigma_m
    chosen = replace(fitting[0], point=point, sigma_m=sigma_m).with_reason(reason, confidence=_CHOSEN)
    return _resolved(result, chosen, (*result.because, reason))


def _compared(
    result: GeocodeResult, held: tuple[Candidate, ...], areas: Areas, sigma_m: float
) -> GeocodeResult:
    """Hold the coordinate against the one unit the text names."""
    best, point = result.candidates[0], held[0].point
    place = shapely.Point(point) if point is not None else shapely.Point()
    near = lies_near(areas, best.unit_code or "", place, max(BORDER_M, 2 * sigma_m))
    if near is False:
        reason = Reason("L13", "the ticket's coordinate lies in another unit than the text names")
        return _contradicted(result, held, reason)
    if near is None or point is None:
        return result
    reason = Reason("L13", "the ticket's coordinate agrees with the text")
    sure = 1.0 - (1.0 - best.confidence) * (1.0 - _AGREED)  # two witnesses that know nothing of each other
    return replace(result, candidates=(_at(best, point, sigma_m).with_reason(reason, confidence=sure),))


def _resolved(result: GeocodeResult, one: Candidate, because: tuple[Reason, ...]) -> GeocodeResult:
    return replace(
        result,
        status=GeocodeStatus.RESOLVED,
        candidates=(one,),
        because=because,
        is_left_to_person=False,
    )


def _at(candidate: Candidate, point: LonLat, sigma_m: float) -> Candidate:
    return candidate if candidate.point is not None else replace(candidate, point=point, sigma_m=sigma_m)


def _contradicted(result: GeocodeResult, held: tuple[Candidate, ...], reason: Reason) -> GeocodeResult:
    """Put the text's places first, the coordinate's behind, and ask."""
    known = {candidate.unit_code for candidate in result.candidates}
    said = tuple(c.capped(_CONFLICT) for c in result.candidates)
    least = min((c.confidence for c in said), default=_CONFLICT)
    more = tuple(c.capped(min(_CONFLICT - 0.1, least)) for c in held if c.unit_code not in known)
    return replace(
        result,
        status=GeocodeStatus.NEEDS_REVIEW,
        candidates=(*said, *more),
        because=(*result.because, reason),
    )
