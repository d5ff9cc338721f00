"""The three Folium maps of a workspace, from what is stored: masked words in, HTML documents out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import pandas as pd
import shapely

import maps
from boundaries import Areas, LonLat
from geo_service.i18n import Language, look_up, tell, translate
from geo_service.settings import Settings
from geo_service.storage import Database
from geo_service.tickets.findings import Findings
from geo_service.tickets.model import Ticket, TicketPlace
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import STATUSES, Status
from geo_service.tickets.visits import WalkingRound
from geo_service.tickets.words import KINDS
from geo_service.workflow.insight import clusters_of
from geo_service.workflow.step import Progress, StepReport, quietly

TAGS: Mapping[Language, str] = {Language.ZH_CN: "zh-CN", Language.EN: "en"}
Box = tuple[float, float, float, float]
_VIEW_DEG, _NEAR_DEG = 0.006, 0.03
"""What the map of one ticket shows at first, and how far its streets reach: about 600 m and 3 km each way."""
_SIMULATED = "Simulated: every ticket, name and place of this workspace is invented"


@dataclass(frozen=True, slots=True)
class Canvas:
    """What every map of a workspace is drawn on, and for whom."""

    areas: Areas
    basemap: gpd.GeoDataFrame
    settings: Settings
    language: Language
    assets: maps.Assets

    @property
    def words(self) -> maps.MapWords:
        """The labels in the reader's language; an invented map is nobody's data."""
        words = maps.MapWords().translated(look_up(self.language), TAGS[self.language])
        return replace(words, attribution=self.simulated) if self.simulated else words

    @property
    def villages(self) -> gpd.GeoDataFrame:
        """The village areas under the names people use."""
        frame = self.areas.villages
        known = (self.areas.get(str(code)) for code in frame.index)
        return frame.assign(name=[area.name if area else "" for area in known])

    @property
    def simulated(self) -> str | None:
        """What a simulated workspace says of itself; None for a real one."""
        return translate(_SIMULATED, self.language) if self.settings.simulated else None

    @property
    def notice(self) -> str | None:
        """The banner of a file; a page that shows a served map has its own."""
        return self.simulated if self.assets.prefix is None else None

    def say(self, template: str, **values: object) -> str:
        """Return a message in the reader's language."""
        return translate(template, self.language, **values)


def issue_map(tickets: Iterable[Ticket], canvas: Canvas, *, with_links: bool, view: Box | None = None) -> str:
    """Draw where the tickets are; guarded ones are left out, for a map is easily passed on.

    Parameters
    ----------
    with_links
        Whether a ticket links to its page, which a file cannot reach.
    view
        West, south, east, north of what is shown at first, degrees; None shows the whole county.
    """
    shown = [ticket for ticket in tickets if visible_to_village(ticket)]
    return maps.ticket_map(
        _ticket_frame(shown, canvas, with_links=with_links),
        canvas.villages,
        title=canvas.say("Issue map of {county}", county=canvas.settings.name),
        words=canvas.words,
        assets=canvas.assets,
        streets=canvas.basemap,
        status_order=[canvas.say(STATUSES[status]) for status in Status],
        notice=canvas.notice,
        view=view,
    )


def ticket_map(ticket: Ticket, canvas: Canvas) -> str:
    """Draw one ticket and the streets around it; a guarded one is not drawn."""
    place = ticket.issue_place
    if place is None or place.lon is None or place.lat is None:
        return issue_map([ticket], canvas, with_links=False)
    view, near = (_box(place.lon, place.lat, reach) for reach in (_VIEW_DEG, _NEAR_DEG))
    streets = canvas.basemap[canvas.basemap.intersects(shapely.box(*near))]
    return issue_map([ticket], replace(canvas, basemap=streets), with_links=False, view=view)


def pointing_map(ticket: Ticket, canvas: Canvas) -> str:
    """Draw the map on which a person points out where a ticket is; of a guarded one, only the county."""
    place = ticket.issue_place
    shown = visible_to_village(ticket)
    considered = considered_places(ticket.candidates) if shown else ()
    at = considered_places((place,)) if place and shown else ()
    return _pointing(canvas, considered, chosen=at[0] if at else None, is_movable=True)


def candidates_map(places: Sequence[TicketPlace], canvas: Canvas) -> str:
    """Draw places that a text may mean, by rank; one without a point is left out."""
    return _pointing(canvas, considered_places(places), chosen=None, is_movable=False)


def considered_places(places: Iterable[TicketPlace]) -> tuple[maps.Considered, ...]:
    """Return the places that have a point, with their ranks among all."""
    return tuple(
        maps.Considered(LonLat(place.lon, place.lat), place.sigma_m or 0.0, place.label, str(rank))
        for rank, place in enumerate(places, start=1)
        if place.lon is not None and place.lat is not None
    )


def _pointing(
    canvas: Canvas,
    considered: Sequence[maps.Considered],
    *,
    chosen: maps.Considered | None,
    is_movable: bool,
) -> str:
    points = [one.point for one in (*considered, *((chosen,) if chosen else ()))]
    view, streets = None, canvas.basemap
    if points:
        lons, lats = [point.lon for point in points], [point.lat for point in points]
        west, south, east, north = min(lons), min(lats), max(lons), max(lats)
        view = (west - _VIEW_DEG, south - _VIEW_DEG, east + _VIEW_DEG, north + _VIEW_DEG)
        near = shapely.box(west - _NEAR_DEG, south - _NEAR_DEG, east + _NEAR_DEG, north + _NEAR_DEG)
        streets = streets[streets.intersects(near)]
    return maps.pointing_map(
        canvas.villages,
        title=canvas.say("Point out the place") if is_movable else canvas.say("The candidates on the map"),
        words=canvas.words,
        assets=canvas.assets,
        considered=considered,
        chosen=chosen,
        is_movable=is_movable,
        streets=streets,
        view=view,
    )


def _box(lon: float, lat: float, reach: float) -> Box:
    return (lon - reach, lat - reach, lon + reach, lat + reach)


def _ticket_frame(tickets: Sequence[Ticket], canvas: Canvas, *, with_links: bool) -> gpd.GeoDataFrame:
    rows = [_ticket_row(ticket, canvas, with_links=with_links) for ticket in tickets]
    columns = (
        *("id", "label", "category", "status", "kind", "town", "unit", "sigma_m", "url", "place"),
        *("because", "geometry"),
    )
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(columns)), geometry="geometry", crs="EPSG:4326")


def _ticket_row(ticket: Ticket, canvas: Canvas, *, with_links: bool) -> dict[str, object]:
    place = ticket.issue_place
    point = (
        shapely.Point(place.lon, place.lat)
        if place and place.lon is not None and place.lat is not None
        else None
    )
    return {
        "id": ticket.upstream_no,
        "label": ticket.title or ticket.category or ticket.upstream_no,
        "category": ticket.category,
        "status": canvas.say(STATUSES[ticket.status]),
        "kind": canvas.say(KINDS[ticket.request_kind]),
        "town": place.town_name if place else "",
        "unit": place.unit_name if place else "",
        "sigma_m": place.sigma_m if place and point else None,
        "url": f"/tickets/{quote(ticket.id)}" if with_links else None,
        "place": place.label if place else "",
        "because": "\n".join(tell(reason, canvas.language) for reason in (place.because if place else ())),
        "geometry": point,
    }


def round_map(walk: WalkingRound, canvas: Canvas, *, with_links: bool) -> str:
    """Draw one walking round with its stops, the way along the streets, and a map-app link per leg."""
    stops = gpd.GeoDataFrame(
        {
            "seq": [stop.seq for stop in walk.stops],
            "label": [stop.label for stop in walk.stops],
            "arrives": [_clock(stop.eta) for stop in walk.stops],
            "departs": [_clock(stop.departs) for stop in walk.stops],
            "note": [stop.note for stop in walk.stops],
            "url": [f"/tickets/{quote(stop.ticket_id)}" if with_links else None for stop in walk.stops],
        },
        geometry=[shapely.Point(stop.lon, stop.lat) for stop in walk.stops],
        crs="EPSG:4326",
    )
    legs = gpd.GeoDataFrame(
        {
            "metres": [leg.metres for leg in walk.legs],
            "seconds": [leg.seconds for leg in walk.legs],
            "url": [leg.amap_url for leg in walk.legs],
        },
        geometry=[shapely.LineString(leg.line) for leg in walk.legs],
        crs="EPSG:4326",
    )
    half_day = canvas.say("morning" if walk.half_day == "AM" else "afternoon")
    return maps.round_map(
        stops,
        legs,
        maps.Base(
            walk.base_name, LonLat(walk.base_lon, walk.base_lat), _clock(walk.leaves), _clock(walk.returns)
        ),
        title=walk.body_name,
        subtitle=f"{walk.date.isoformat()} {half_day}",
        words=canvas.words,
        assets=canvas.assets,
        streets=canvas.basemap,
        areas=canvas.villages,
        notice=canvas.notice,
    )


def _clock(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _places(walk: WalkingRound) -> int:
    """Count the different places of a round."""
    return len({(stop.lon, stop.lat) for stop in walk.stops})


def hotspot_map(findings: Findings, canvas: Canvas) -> str:
    """Draw the places and areas that stand out beyond chance, and those that do not."""
    judged = pd.DataFrame(
        [
            {
                "code": area.unit_code,
                "count": area.count,
                "rate": area.rate,
                "z": area.z,
                "p": area.p,
                "q": area.q,
                "hotspot_class": area.hotspot_class,
            }
            for area in findings.areas
        ],
        columns=["code", "count", "rate", "z", "p", "q", "hotspot_class"],
    ).set_index("code")
    frame = canvas.villages.join(judged, how="left")
    frame["count"] = frame["count"].fillna(0).astype(int)
    frame["hotspot_class"] = frame["hotspot_class"].fillna("unknown")
    return maps.hotspot_map(
        frame,
        clusters_of(findings),
        title=canvas.say("Hotspots of {county}", county=canvas.settings.name),
        subtitle=canvas.say("Judged on {day}", day=findings.found_at.date().isoformat()),
        words=canvas.words,
        assets=canvas.assets,
        streets=canvas.basemap,
        sentences=[tell(found.reason, canvas.language) for found in findings.places],
        notice=canvas.notice,
    )


def draw_maps(
    database: Database,
    canvas: Canvas,
    folder: Path,
    *,
    every_round: bool = False,
    progress: Progress = quietly,
) -> StepReport:
    """Write the maps as HTML files that need nothing from the network.

    Parameters
    ----------
    folder
        Made when missing. ``issues.html``, ``round.html`` (of the first half-day, the round with most
        places) and ``hotspots.html``; with `every_round` also ``rounds/<id>.html``. A map of an earlier
        call that is drawn no more is removed: its round is walked no more.
    """
    with database.unit_of_work(write=False) as work:
        tickets = list(work.tickets.all())
        walks = work.rounds.all()
        findings = work.findings.latest()
    pages: dict[str, Callable[[], str]] = {
        "issues.html": lambda: issue_map(tickets, canvas, with_links=False)
    }
    notes = []
    if walks:
        first = min(walks, key=lambda walk: (walk.date, walk.half_day, -_places(walk), walk.id))
        pages["round.html"] = partial(round_map, first, canvas, with_links=False)
    else:
        notes.append(Reason("map.rounds", "no round is planned yet, so none is drawn: run plan first", {}))
    if every_round:
        drawn = {
            f"rounds/{walk.id}.html": partial(round_map, walk, canvas, with_links=False) for walk in walks
        }
        pages |= drawn
    if findings:
        pages["hotspots.html"] = partial(hotspot_map, findings, canvas)
    else:
        notes.append(Reason("map.hotspots", "no hotspots are searched yet: run hotspots first", {}))
    for number, (name, draw) in enumerate(pages.items(), start=1):
        _write(folder / name, draw())
        progress(number, len(pages))
    _remove_earlier(folder, pages)
    guarded = sum(not visible_to_village(ticket) for ticket in tickets)
    if guarded:
        notes.append(
            Reason(
                "map.guarded",
                "{n} confidential tickets or complaints about cadres are not drawn",
                {"n": guarded},
            )
        )
    return StepReport("map", {"maps": len(pages)}, notes=tuple(notes), files=tuple(pages))


def _write(target: Path, html: str) -> None:
    """Write a page whole, or leave the earlier one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.write_text(html, encoding="utf-8")
    unfinished.replace(target)


def _remove_earlier(folder: Path, pages: Collection[str]) -> None:
    """Remove the maps of an earlier call that were not drawn again."""
    drawn = {folder / name for name in pages}
    for earlier in (folder / "round.html", folder / "hotspots.html", *folder.glob("rounds/*.html")):
        if earlier not in drawn:
            earlier.unlink(missing_ok=True)
