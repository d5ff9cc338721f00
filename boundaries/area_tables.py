"""The tables behind the areas: every column there, every row filled, in the order of the codes."""

from collections.abc import Hashable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.divisions import Division, Level, UnitKind, division
from boundaries.validity import VALID_FROM, VALID_TO, with_days

_FLAG = "office_assumed"


def complete(frame: gpd.GeoDataFrame, level: Level) -> gpd.GeoDataFrame:
    """Bring a table into our form: index code in order, every column there and filled."""
    frame = with_days(frame)
    if "code" in frame.columns:
        frame = frame.set_index("code")
    frame.index = frame.index.astype(str).rename("code")
    frame = frame.sort_index()
    rows = frame.drop(columns=frame.geometry.name).to_dict("records")
    units = [_unit(str(code), row, level) for code, row in zip(frame.index, rows, strict=True)]
    inside = shapely.point_on_surface(frame.geometry.to_numpy())
    lon, lat = _numbers(frame, "office_lon"), _numbers(frame, "office_lat")
    assumed = np.isnan(lon) | np.isnan(lat)
    if _FLAG in frame.columns:
        assumed |= frame[_FLAG].fillna(value=False).to_numpy(dtype=bool)
    unknown = np.isnan(lon) | np.isnan(lat)
    columns = {
        "name": [unit.name for unit in units],
        "core_name": [unit.core_name for unit in units],
        "kind": [unit.kind.value for unit in units],
        "town_code": [unit.town_code for unit in units],
        "town_name": [unit.town_name for unit in units],
        "derived": _truth(frame, "derived"),
        "office_lon": np.where(unknown, shapely.get_x(inside), lon),
        "office_lat": np.where(unknown, shapely.get_y(inside), lat),
        _FLAG: assumed,
        "certainty": _numbers(frame, "certainty"),
        "confirmed": np.nan_to_num(_numbers(frame, "confirmed")).astype(np.int64),
        **{column: frame[column] for column in (VALID_FROM, VALID_TO)},
    }
    return gpd.GeoDataFrame(columns, index=frame.index, geometry=frame.geometry.to_numpy(), crs="EPSG:4326")


def _unit(code: str, row: Mapping[Hashable, Any], level: Level) -> Division:
    """Read a row as a division; what the row says goes before what code and name suggest."""
    town = str(row["town_code"]) if _given(row, "town_code") else code[:9]
    town_name = str(row["town_name"]) if _given(row, "town_name") else ""
    made = division(code, str(row["name"]), level=level, town_code=town, town_name=town_name)
    kind = UnitKind(row["kind"]) if _given(row, "kind") else made.kind
    core = str(row["core_name"]) if _given(row, "core_name") else made.core_name
    return Division(made.code, made.name, core, level, kind, made.town_code, made.town_name)


def _given(row: Mapping[Hashable, Any], column: str) -> bool:
    return column in row and not pd.isna(row[column]) and row[column] != ""


def _numbers(frame: gpd.GeoDataFrame, column: str) -> NDArray[np.float64]:
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[column]), dtype=np.float64)


def _truth(frame: gpd.GeoDataFrame, column: str) -> NDArray[np.bool_]:
    if column not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return np.asarray(frame[column].fillna(value=False), dtype=bool)


def with_town_names(villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each village the name its town has in the towns' table, where it has none itself."""
    known = dict(zip(towns.index, towns["name"], strict=True))
    pairs = zip(villages["town_code"], villages["town_name"], strict=True)
    return villages.assign(town_name=[name or known.get(code, "") for code, name in pairs])


def with_missing_towns(towns: gpd.GeoDataFrame, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add a town for villages whose town has no polygon: their union."""
    orphans = villages[~villages["town_code"].isin(towns.index)]
    if not len(orphans):
        return towns
    rows = [
        {
            "code": code,
            "name": next((name for name in group["town_name"] if name), str(code)),
            "derived": bool(group["derived"].any()),
            "geometry": shapely.union_all(group.geometry.to_numpy()),
        }
        for code, group in orphans.groupby("town_code")
    ]
    made = complete(gpd.GeoDataFrame(rows, crs="EPSG:4326"), Level.TOWN)
    return gpd.GeoDataFrame(pd.concat([towns, made]).sort_index(), crs="EPSG:4326") if len(towns) else made
