"""OpenStreetMap files, real and written by us."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from boundaries import BadCoordinateError, LonLat, NotAMapError, OsmNode, read_osm, write_osm
from tests.shared_data import shared

EXTRACTS = {
    # file: (streets at least, named things at least)
    "guixi_jiangxi_2024-11": (150, 40),
    "shenzhen_longgang_dayun_2019-11": (300, 86),
    "beijing_wudaokou_2017-06": (300, 500),
    "beijing_bupt_2025-04": (50, 50),
    "shanghai_shu_2021-09": (50, 50),
    "nantong_haimen_2026-01": (10, 1),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A street to be written."""

    id: int
    nodes: tuple[int, ...]
    tags: dict[str, str]


NODES = [
    OsmNode(1, LonLat(115.60, 22.90)),
    OsmNode(2, LonLat(115.61, 22.90), {"name": "望海楼市场", "amenity": "marketplace"}),
    OsmNode(3, LonLat(115.61, 22.91)),
    OsmNode(4, LonLat(115.60, 22.91)),
]
STREET = Way(11, (1, 2), {"highway": "residential", "name": "龙福路"})
POND = Way(12, (1, 2, 3, 4, 1), {"natural": "water", "name": "螺河"})


@pytest.mark.parametrize("name", EXTRACTS)
def test_a_real_extract_gives_streets_and_names(name: str) -> None:
    extract = read_osm(shared(f"osm/{name}.osm.pbf"))
    streets, named = EXTRACTS[name]
    assert len(extract.streets) >= streets
    assert len(extract.named) >= named
    assert extract.source == f"{name}.osm.pbf"
    assert all(way.points.shape == (len(way.nodes), 2) for way in extract.streets)
    assert extract.bounds is not None
    west, south, east, north = extract.bounds
    assert west < east
    assert south < north


def test_guixis_places_and_streets_are_there() -> None:
    extract = read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf"))
    places = {feature.name for feature in extract.named if "place" in feature.tags}
    assert {"花园村", "烧箕山社区", "雄石街道"} <= places
    assert len({way.tags["name"] for way in extract.streets if "name" in way.tags}) >= 30


def test_what_we_write_any_reader_reads_back(tmp_path: Path) -> None:
    for name in ("county.osm", "county.osm.pbf"):
        write_osm(tmp_path / name, NODES, [POND, STREET])
        extract = read_osm(tmp_path / name)
        assert [(way.id, way.nodes, dict(way.tags)) for way in extract.streets] == [(11, (1, 2), STREET.tags)]
        assert np.allclose(extract.streets[0].points, [(115.60, 22.90), (115.61, 22.90)])
        assert [(f.kind, f.name) for f in extract.named] == [("n", "望海楼市场"), ("w", "螺河")]
        assert [way.id for way in extract.background] == [12]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    write_osm(tmp_path / "a.osm.pbf", NODES, [STREET, POND])
    write_osm(tmp_path / "b.osm.pbf", reversed(NODES), [POND, STREET])
    assert (tmp_path / "a.osm.pbf").read_bytes() == (tmp_path / "b.osm.pbf").read_bytes()


def test_a_way_without_a_place_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "county.osm"
    with pytest.raises(BadCoordinateError, match=r"way 11 .* node 2"):
        write_osm(path, NODES[:1], [STREET])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("tags", "is_street"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "trunk"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "footway", "area": "yes"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "primary", "foot": "no"}, False),
        ({"highway": "construction"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_streets_are_what_people_may_walk_on(
    tmp_path: Path, tags: dict[str, str], *, is_street: bool
) -> None:
    write_osm(tmp_path / "one.osm", NODES, [Way(11, (1, 2), tags)])
    assert bool(read_osm(tmp_path / "one.osm").streets) is is_street


def test_a_street_across_the_cut_comes_in_pieces(tmp_path: Path) -> None:
    lines = [
        '<osm version="0.6">',
        *(f'<node id="{i}" lon="115.6{i}" lat="22.9" version="1"/>' for i in (1, 2, 4, 5)),
        '<way id="7" version="1">',
        *(f'<nd ref="{i}"/>' for i in range(1, 6)),
        '<tag k="highway" v="residential"/></way></osm>',
    ]
    (tmp_path / "cut.osm").write_text("\n".join(lines), encoding="utf-8")
    pieces = read_osm(tmp_path / "cut.osm").streets
    assert [way.nodes for way in pieces] == [(1, 2), (4, 5)]


def written(path: Path, *things: str) -> Path:
    path.write_text('<osm version="0.6">' + "".join(things) + "</osm>", encoding="utf-8")
    return path


def node(number: int, lon: float) -> str:
    return f'<node id="{number}" lon="{lon}" lat="22.9"/>'


def street(number: int, *nodes: int) -> str:
    refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
    return f'<way id="{number}">{refs}<tag k="highway" v="residential"/></way>'


def test_overpass_writes_streets_before_their_nodes_and_they_are_there(tmp_path: Path) -> None:
    things = (street(8, 2, 3), street(7, 1, 2), node(3, 115.63), node(1, 115.61), node(2, 115.62))
    streets = read_osm(written(tmp_path / "overpass.osm", *things)).streets
    assert [(way.id, way.nodes) for way in streets] == [(7, (1, 2)), (8, (2, 3))]
    assert np.allclose(streets[0].points, [(115.61, 22.9), (115.62, 22.9)])


def test_a_lane_drawn_in_josm_and_never_uploaded_joins_the_road(tmp_path: Path) -> None:
    things = (node(-2, 115.62), node(-1, 115.61), node(1, 115.6), street(-3, 1, -1, -2))
    [lane] = read_osm(written(tmp_path / "josm.osm", *things)).streets
    assert lane.nodes[0] == 1
    assert min(lane.nodes) > 0
    assert np.allclose(lane.points[:, 0], [115.6, 115.61, 115.62])


def test_a_lake_of_several_rings_is_its_largest(tmp_path: Path) -> None:
    corners = {
        **{i: (115.0 + 0.1 * (i in {2, 3}), 22.0 + 0.1 * (i in {3, 4})) for i in range(1, 5)},
        **{i: (115.5 + 0.01 * (i in {6, 7}), 22.0 + 0.01 * (i in {7, 8})) for i in range(5, 9)},
    }
    ways = {21: (1, 2, 3, 4, 1), 22: (5, 6, 7, 8, 5)}
    lines = ['<osm version="0.6">']
    lines += [f'<node id="{i}" lon="{lon}" lat="{lat}" version="1"/>' for i, (lon, lat) in corners.items()]
    for way, nodes in ways.items():
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        lines.append(f'<way id="{way}" version="1">{refs}</way>')
    members = "".join(f'<member type="way" ref="{way}" role="outer"/>' for way in ways)
    tags = '<tag k="type" v="multipolygon"/><tag k="natural" v="water"/><tag k="name" v="湖"/>'
    lines.append(f'<relation id="31" version="1">{members}{tags}</relation></osm>')
    (tmp_path / "lake.osm").write_text("\n".join(lines), encoding="utf-8")
    extract = read_osm(tmp_path / "lake.osm")
    [lake] = extract.named
    assert (lake.kind, lake.id, lake.name) == ("r", 31, "湖")
    assert 115.0 < lake.point.lon < 115.1
    assert [way.id for way in extract.background] == [31]


def test_a_file_without_streets_is_a_map_all_the_same(tmp_path: Path) -> None:
    write_osm(tmp_path / "pond.osm", NODES, [POND])
    assert read_osm(tmp_path / "pond.osm").streets == []
    write_osm(tmp_path / "nothing.osm", [], [])
    assert read_osm(tmp_path / "nothing.osm").bounds is None


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    whole = shared("osm/nantong_haimen_2026-01.osm.pbf").read_bytes()
    (tmp_path / "half.osm.pbf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotAMapError, match="damaged"):
        read_osm(tmp_path / "half.osm.pbf")
    (tmp_path / "half.osm").write_text('<osm version="0.6"><node id="1" lon="115', encoding="utf-8")
    with pytest.raises(NotAMapError, match="damaged"):
        read_osm(tmp_path / "half.osm")


@pytest.mark.parametrize(
    "content",
    ['{"type": "FeatureCollection", "features": []}', "", "工单编号,内容", "<osmChange></osmChange>"],
)
def test_something_else_given_as_osm_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "county.osm"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NotAMapError, match=r"give an \.osm or \.osm\.pbf"):
        read_osm(path)
    with pytest.raises(NotAMapError, match="cannot be opened"):
        read_osm(tmp_path / "none.osm")
