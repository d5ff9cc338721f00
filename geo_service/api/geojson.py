"""GeoJSON (RFC 7946): WGS 84, longitude first; areas and rounds as any map program reads them."""

from collections.abc import Iterable, Mapping
from json import loads
from typing import Annotated, Any, Literal

import shapely
from fastapi.responses import JSONResponse
from geopandas import GeoDataFrame
from pydantic import Field

from geo_service.api.schemas import Schema
from geo_service.tickets.visits import WalkingRound

_SIX_DIGITS = 1e-6  # about 10 cm


class Feature(Schema):
    """One thing on the map."""

    type: Literal["Feature"] = "Feature"
    id: str | None = None
    geometry: Annotated[
        dict[str, Any] | None, Field(description="RFC 7946 geometry; null when it was not asked for.")
    ]
    properties: dict[str, Any]


class FeatureCollection(Schema):
    """Things on a map."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Feature]


class GeoJSONResponse(JSONResponse):
    """An answer of GeoJSON's own media type."""

    media_type = "application/geo+json"


def area_features(
    areas: GeoDataFrame, names: Mapping[str, str], columns: Iterable[str], *, with_shapes: bool
) -> FeatureCollection:
    """Return areas as features; the index is the division code.

    Parameters
    ----------
    areas
        EPSG:4326, as `boundaries.Areas` keeps them.
    names
        Code → the name people use.
    columns
        What to tell of each; a column that is not there is left out.
    with_shapes
        False leaves the geometries null: names and codes only.
    """
    told = [column for column in columns if column in areas.columns]
    rows = areas[told].astype(object).to_dict("index")
    return FeatureCollection(
        features=[
            Feature(
                id=str(code),
                geometry=_shape(shape) if with_shapes else None,
                properties={
                    "code": str(code),
                    "name": names[str(code)],
                    **{str(name): value for name, value in rows[code].items()},
                },
            )
            for code, shape in areas.geometry.items()
        ]
    )


def _shape(shape: shapely.Geometry) -> dict[str, Any]:
    drawn: dict[str, Any] = loads(shapely.to_geojson(shapely.set_precision(shape, _SIX_DIGITS)))
    return drawn


def round_features(walk: WalkingRound) -> FeatureCollection:
    """Return a round as features: the office, the stops, and the legs along the streets."""
    office = {"kind": "office", "name": walk.base_name, "leaves": walk.leaves, "returns": walk.returns}
    stops = [
        _point(
            (stop.lon, stop.lat),
            {
                "kind": "stop",
                "seq": stop.seq,
                "label": stop.label,
                "note": stop.note,
                "eta": stop.eta,
                "departs": stop.departs,
                "ticket_id": stop.ticket_id,
            },
        )
        for stop in walk.stops
    ]
    legs = [
        Feature(
            geometry={"type": "LineString", "coordinates": [list(point) for point in leg.line]},
            properties={"kind": "leg", "seq": seq, "metres": leg.metres, "seconds": leg.seconds},
        )
        for seq, leg in enumerate(walk.legs, start=1)
    ]
    return FeatureCollection(features=[_point((walk.base_lon, walk.base_lat), office), *stops, *legs])


def _point(at: tuple[float, float], properties: Mapping[str, Any]) -> Feature:
    return Feature(geometry={"type": "Point", "coordinates": list(at)}, properties=dict(properties))
