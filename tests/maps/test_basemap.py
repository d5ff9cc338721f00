"""The background: real extracts sorted into kinds, written and read back."""

from pathlib import Path

import pytest
import shapely

from boundaries import read_osm
from maps import MapError, basemap_frame, load_basemap, save_basemap
from maps.basemap import KINDS
from tests.shared_data import shared

GUIXI = "osm/guixi_jiangxi_2024-11.osm.pbf"
TINY = (
    "osm/beijing_bupt_2025-04.osm.pbf",
    "osm/shanghai_shu_2021-09.osm.pbf",
    "osm/nantong_haimen_2026-01.osm.pbf",
)


def test_guixi_has_its_streets_its_river_and_its_railway() -> None:
    frame = basemap_frame(read_osm(shared(GUIXI)))
    counts = frame["kind"].value_counts()
    assert {"main", "street", "water", "railway", "building"} <= set(counts.index)
    assert {"雄石路", "建设路"} <= set(frame["name"])
    order = [KINDS.index(kind) for kind in frame["kind"]]
    assert order == sorted(order)
    areas = frame["kind"].isin(["green", "water", "building"])
    assert frame.geometry[areas].geom_type.eq("Polygon").all()
    assert frame.geometry[~areas].geom_type.eq("LineString").all()


@pytest.mark.parametrize("extract", TINY)
def test_a_background_survives_its_file(extract: str, tmp_path: Path) -> None:
    frame = basemap_frame(read_osm(shared(extract)))
    save_basemap(frame, tmp_path / "basemap.gpkg")
    back = load_basemap(tmp_path / "basemap.gpkg")
    assert back.crs == "EPSG:4326"
    assert back["kind"].value_counts().to_dict() == frame["kind"].value_counts().to_dict()
    assert sorted(back["name"]) == sorted(frame["name"])
    assert shapely.total_bounds(back.geometry.to_numpy()) == pytest.approx(
        shapely.total_bounds(frame.geometry.to_numpy())
    )


def test_saving_again_replaces_the_file(tmp_path: Path) -> None:
    frame = basemap_frame(read_osm(shared(TINY[0])))
    path = tmp_path / "basemap.gpkg"
    save_basemap(frame, path)
    save_basemap(frame.iloc[:3], path)
    assert len(load_basemap(path)) == 3
    with pytest.raises(KeyError):
        save_basemap(frame.drop(columns="kind"), path)
    assert len(load_basemap(path)) == 3
    assert [file.name for file in tmp_path.iterdir()] == ["basemap.gpkg"]


def test_an_empty_background_is_written_and_read(tmp_path: Path) -> None:
    frame = basemap_frame(read_osm(shared(TINY[0]))).iloc[:0]
    save_basemap(frame, tmp_path / "basemap.gpkg")
    assert load_basemap(tmp_path / "basemap.gpkg").empty


def test_a_file_that_is_no_background_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "basemap.gpkg"
    for content in (None, b"not a map"):
        if content:
            path.write_bytes(content)
        with pytest.raises(MapError, match=r"basemap\.gpkg cannot be read: make it again"):
            load_basemap(path)
