"""Where do tickets crowd more than chance allows? Searched honestly, stored with its method."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

import maps
from boundaries import Areas, Gazetteer, LonLat, Points
from geo_service.storage import Database
from geo_service.tickets.findings import AreaFinding, Findings, PlaceFinding
from geo_service.tickets.model import Ticket
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.workflow.step import Progress, StepReport, quietly

FEWEST_OF_A_CATEGORY = 5
"""A category with fewer located tickets is not searched: nothing could stand out."""
REPLICATIONS = 999
LEVEL = 0.05
_TOO_VAGUE_M = 300.0  # a point less certain than this says nothing about a circle of some hundred metres


@dataclass(frozen=True, slots=True)
class _Located:
    """A ticket that may be counted at a point."""

    ticket: Ticket
    lon: float
    lat: float


def find_hotspots(  # noqa: PLR0913 - a step's parts and options, keyword-only
    database: Database,
    areas: Areas,
    gazetteer: Gazetteer,
    *,
    now: datetime,
    seed: int = 0,
    progress: Progress = quietly,
) -> StepReport:
    """Search named places and village areas for more tickets than chance allows, and store what was found.

    Places: per category, Kulldorff's circular scan (Bernoulli) of its tickets against all other located ones;
    p is corrected for all circles by Monte Carlo and, by Bonferroni, for the number of categories searched.
    Areas: Gi* of all tickets, permuted, corrected by Benjamini–Hochberg. Guarded tickets are counted nowhere.
    """
    with database.unit_of_work(write=False) as work:
        tickets = [ticket for ticket in work.tickets.all() if visible_to_village(ticket)]
    located = [found for ticket in tickets if (found := _located(ticket))]
    categories = Counter(found.ticket.category for found in located)
    searched = sorted(name for name, n in categories.items() if name and n >= FEWEST_OF_A_CATEGORY)
    places: list[PlaceFinding] = []
    for number, category in enumerate(searched, start=1):
        places += _scan(category, located, areas, gazetteer, tests=len(searched), seed=seed)
        progress(number, len(searched) + 1)
    places.sort(key=lambda found: (found.p, -found.log_likelihood_ratio, found.category, found.name))
    judged = _areas(tickets, areas, seed)
    progress(len(searched) + 1, len(searched) + 1)
    method = _method(len(tickets), len(located), searched, seed)
    with database.unit_of_work() as work:
        work.findings.store(Findings(now, method, places, judged))
    done = {
        "tickets with a point": len(located),
        "categories searched": len(searched),
        "places that stand out": sum(found.significant for found in places),
        "places looked at, not significant": sum(not found.significant for found in places),
        "areas that stand out": sum(area.hotspot_class.startswith("hot") for area in judged),
    }
    notes = tuple(found.reason for found in places if found.significant)
    return StepReport("hotspots", done, notes=notes)


def _located(ticket: Ticket) -> _Located | None:
    place = ticket.issue_place
    if place is None or place.lon is None or place.lat is None or (place.sigma_m or 0.0) > _TOO_VAGUE_M:
        return None
    return _Located(ticket, place.lon, place.lat)


def _scan(  # noqa: PLR0913 - one search, keyword-only where it could be confused
    category: str,
    located: Sequence[_Located],
    areas: Areas,
    gazetteer: Gazetteer,
    *,
    tests: int,
    seed: int,
) -> list[PlaceFinding]:
    """Search one category, and correct its p for the number of categories searched."""
    cases = [found for found in located if found.ticket.category == category]
    others = [found for found in located if found.ticket.category != category]
    clusters = maps.find_clusters(
        _points(cases),
        _points(others),
        gazetteer.places(),
        projection=areas.projection,
        replications=REPLICATIONS,
        max_clusters=3,
        seed=seed,
    )
    return [_finding(cluster, category, cases, areas, tests) for cluster in clusters]


def _points(located: Sequence[_Located]) -> Points:
    return np.array([(found.lon, found.lat) for found in located], dtype=np.float64).reshape(-1, 2)


def _finding(
    cluster: maps.Cluster, category: str, cases: Sequence[_Located], areas: Areas, tests: int
) -> PlaceFinding:
    p = min(cluster.p * tests, 1.0)
    significant = p <= LEVEL
    values = {
        "place": cluster.place,
        "category": category,
        "radius": round(cluster.radius_m),
        "cases": cluster.cases,
        "expected": f"{cluster.expected:.1f}",
        "p": f"{p:.3f}",
    }
    reason = (
        Reason(
            "hotspot.place",
            "Around {place}, within {radius} m, there are {cases} tickets on {category} where {expected} "
            "would be expected; chance alone hardly explains this (p = {p}).",
            values,
        )
        if significant
        else Reason(
            "hotspot.chance",
            "Around {place}, within {radius} m, there are {cases} tickets on {category} where {expected} "
            "would be expected; chance alone explains this well enough (p = {p}).",
            values,
        )
    )
    middle = areas.projection.to_metres(np.array([cluster.centre]))
    distance = np.hypot(*(areas.projection.to_metres(_points(cases)) - middle).T)
    return PlaceFinding(
        name=cluster.place,
        category=category,
        lon=cluster.centre.lon,
        lat=cluster.centre.lat,
        radius_m=cluster.radius_m,
        cases=cluster.cases,
        total=cluster.total,
        expected=cluster.expected,
        relative_risk=cluster.relative_risk,
        log_likelihood_ratio=cluster.log_likelihood_ratio,
        p=p,
        significant=significant,
        reason=reason,
        ticket_ids=tuple(
            found.ticket.id
            for found, metres in zip(cases, distance, strict=True)
            if metres <= cluster.radius_m
        ),
    )


def _areas(tickets: Sequence[Ticket], areas: Areas, seed: int) -> list[AreaFinding]:
    """Test every village area together with its neighbours."""
    if areas.villages.empty:
        return []
    codes = Counter(
        place.unit_code
        for ticket in tickets
        if (place := ticket.issue_place) and place.unit_code in areas.villages.index
    )
    counts = pd.Series(codes, dtype="int64").reindex(areas.villages.index, fill_value=0)
    judged = maps.hotspots(areas.villages, counts, seed=seed)
    return [
        AreaFinding(
            unit_code=str(code),
            count=int(row["count"]),
            rate=_number(row["rate"]),
            z=_number(row["z"]),
            p=_number(row["p"]),
            q=_number(row["q"]),
            hotspot_class=str(row["hotspot_class"]),
        )
        for code, row in judged.drop(columns="geometry").iterrows()
    ]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _method(tickets: int, located: int, searched: Sequence[str], seed: int) -> tuple[Reason, ...]:
    return (
        Reason(
            "hotspot.data",
            "{located} of {tickets} tickets have a point exact enough to be counted; tickets that name only "
            "a town or a village, and confidential ones, are not.",
            {"located": located, "tickets": tickets},
        ),
        Reason(
            "hotspot.scan",
            "Places: for each of {n} categories with at least {fewest} such tickets, circles around every "
            "named place were compared with the tickets of all other categories (Kulldorff's scan, Bernoulli "
            "model). Null hypothesis: the category is spread like all others. p comes from {replications} "
            "random draws (seed {seed}) and is corrected for all circles and all {n} categories.",
            {
                "n": len(searched),
                "fewest": FEWEST_OF_A_CATEGORY,
                "replications": REPLICATIONS,
                "seed": seed,
            },
        ),
        Reason(
            "hotspot.areas",
            "Areas: each village and its neighbours were compared with random shuffles of the same counts "
            "(Gi*, corrected by Benjamini and Hochberg). Counts are not divided by population, so a populous "
            "village may stand out for being populous.",
            {},
        ),
    )


def clusters_of(findings: Findings) -> list[maps.Cluster]:
    """Return the stored places as the maps draw them, each with its corrected p."""
    return [
        maps.Cluster(
            place=found.name,
            centre=LonLat(found.lon, found.lat),
            radius_m=found.radius_m,
            cases=found.cases,
            total=found.total,
            expected=found.expected,
            relative_risk=found.relative_risk,
            log_likelihood_ratio=found.log_likelihood_ratio,
            p=found.p,
        )
        for found in findings.places
    ]
