"""Map files that mean harm: nothing is fetched, no file of this machine is shown, nothing runs away."""

import json
import os
import socket
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import shapely

from boundaries import BoundaryError, NoAreasError, NotAMapError, read_areas
from boundaries.unpacking import unpacked
from boundaries.vector_files import read_layers, write_layers
from tests.boundaries.map_files import geojson, villages_frame, write
from tests.toy_county import shape_of

PRIVATE = "绝密村"


class Listener:
    """Whoever it is that a file wants to be asked."""

    def __init__(self) -> None:
        self.asked = list[bytes]()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            caller, _ = self._socket.accept()
            with caller:
                self.asked.append(caller.recv(100))
                if self.asked[-1] == b"enough":
                    return

    def close(self) -> list[bytes]:
        """Stop, and return what was asked."""
        with socket.create_connection(self._socket.getsockname()) as last:
            last.sendall(b"enough")
        self._thread.join()
        self._socket.close()
        return self.asked[:-1]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Return an address that must not be asked, on a machine whose proxy is passed by for it."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    made = Listener()
    yield made
    assert not made.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a map on this machine that no other file may show."""
    return geojson(tmp_path / "private.geojson", [({"name": PRIVATE}, shape_of("A"))])


def said(path: Path) -> str:
    """Return everything a user gets to see of a file: its areas and their report, or the error."""
    try:
        frame, report = read_areas(path, datum=None)
    except BoundaryError as error:
        return str(error)
    return " ".join([*frame["name"], *(row.text() for row in report.rows)])


VRT = """<OGRVRTDataSource><OGRVRTLayer name="private"><SrcDataSource>{secret}</SrcDataSource>
<LayerSRS>WGS84</LayerSRS></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize(
    "suffix", [".vrt", ".geojson", ".gpkg", ".shp", ".kml", ".fgb", ".zip", ".gdb", ".json"]
)
def test_a_redirection_shows_no_file_whatever_its_name(tmp_path: Path, secret: Path, suffix: str) -> None:
    path = tmp_path / f"map{suffix}"
    for content in (VRT, "<!-- <kml -->" + " " * 70_000 + VRT, "\ufeff" + VRT):
        path.write_text(content.format(secret=secret), encoding="utf-8")
        assert PRIVATE not in said(path)
        with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
            archive.write(path, "村界.geojson")
        assert PRIVATE not in said(tmp_path / "packed.zip")


PIPELINE = {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {secret} ! write x"}


def test_a_pipeline_behind_a_long_start_is_not_run(tmp_path: Path, secret: Path) -> None:
    text = json.dumps(PIPELINE).replace("{secret}", str(secret))
    path = tmp_path / "map.geojson"
    path.write_text('{"type": "FeatureCollection", ' + " " * 70_000 + text[1:], encoding="utf-8")
    assert "damaged" in said(path)


def linked(kind: str, address: str) -> dict[str, object]:
    """Return how the GeoJSON of 2008 points to a coordinate system."""
    return {
        "crs": {
            "type": kind,
            "properties": {"href": address, "url": address, "name": address, "type": "proj4"},
        }
    }


@pytest.mark.parametrize("kind", ["link", "Link", "url", "file", "name"])
@pytest.mark.parametrize("hidden", [False, True])
def test_no_coordinate_system_is_fetched(
    tmp_path: Path, listener: Listener, kind: str, *, hidden: bool
) -> None:
    drawn = json.loads(
        geojson(tmp_path / "a.geojson", [({"name": "炎龙村"}, shape_of("B"))]).read_text("utf-8")
    )
    link = linked(kind, f"{listener.address}/system")
    inside = {**drawn, "features": [{**row, "geometry": row["geometry"] | link} for row in drawn["features"]]}
    topology = {"type": "Topology", "arcs": [], "objects": {}, **link}
    for number, document in enumerate((drawn | link, inside, topology)):
        path = tmp_path / f"{number}.geojson"
        text = json.dumps(document)
        if hidden:
            text = text.replace('"crs"', '"\\u0063rs"').replace("http:", "h\\u0074tp:")
        path.write_text(text, encoding="utf-8")
        said(path)
    assert "does not say in which datum" in said(tmp_path / "0.geojson")


def test_no_link_of_a_kml_is_followed_and_no_file_quoted(
    tmp_path: Path, secret: Path, listener: Listener
) -> None:
    start = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    ring = "<Polygon><outerBoundaryIs><LinearRing><coordinates>115.6,22.9 115.7,22.9 115.7,23 115.6,22.9"
    ring += "</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    links = "".join(
        f"<NetworkLink><Link><href>{target}</href></Link></NetworkLink>"
        for target in (f"{listener.address}/a.kml", secret, secret.as_uri())
    )
    quoted = (
        f'<!DOCTYPE kml [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY b SYSTEM "{listener.address}/b">]>'
    )
    many = "<!DOCTYPE kml [<!ENTITY a0 '村'>"
    many += "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9)) + "]>"
    for name, text in {
        "links.kml": f"{start}{links}<Placemark><name>炎龙村</name>{ring}</Placemark></Document></kml>",
        "quoted.kml": f"{quoted}{start}<Placemark><name>&a;&b;</name>{ring}</Placemark></Document></kml>",
        "many.kml": f"{many}{start}<Placemark><name>&a9;</name>{ring}</Placemark></Document></kml>",
        "quoted.gml": f'{quoted}<FeatureCollection xmlns:gml="http://www.opengis.net/gml">&a;</FeatureCollection>',
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert PRIVATE not in said(tmp_path / name)
    assert "炎龙村" in "".join(read_areas(tmp_path / "links.kml", datum=None)[0]["name"])
    assert "damaged" in said(tmp_path / "many.kml")
    assert "no map file" in said(tmp_path / "quoted.gml")


@pytest.mark.parametrize(
    "prefix", ["/vsicurl/{address}/a.geojson", "/vsizip/{secret}", "{address}/a.geojson"]
)
def test_an_address_is_no_file(secret: Path, listener: Listener, prefix: str) -> None:
    assert "there is no file" in said(Path(prefix.format(address=listener.address, secret=secret)))


def packed(path: Path, fill: Callable[[zipfile.ZipFile], object]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return path


def test_names_and_links_in_a_zip_stay_inside(tmp_path: Path, secret: Path) -> None:
    inner = write(villages_frame("A"), tmp_path / "a.geojson").read_bytes()
    climbing = packed(tmp_path / "up.zip", lambda made: made.writestr("../../escaped.geojson", inner))
    assert len(read_layers(climbing)[0].frame) == 1
    backwards = packed(tmp_path / "back.zip", lambda made: made.writestr("..\\..\\escaped.geojson", inner))
    assert len(read_layers(backwards)[0].frame) == 1
    assert not list(tmp_path.parent.rglob("escaped.geojson"))
    link = zipfile.ZipInfo("villages.geojson")
    link.external_attr = 0o120777 << 16
    pointing = packed(tmp_path / "link.zip", lambda made: made.writestr(link, str(secret)))
    assert "villages.geojson is no map file" in said(pointing)


def test_what_a_mac_adds_to_a_zip_is_no_map(tmp_path: Path) -> None:
    inner = write(villages_frame("A"), tmp_path / "a.geojson").read_bytes()

    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr("村界.geojson", inner)
        archive.writestr("__MACOSX/._村界.geojson", b"\0\5\x16\7")

    [layer] = read_layers(packed(tmp_path / "mac.zip", fill))
    assert len(layer.frame) == 1


def test_a_zip_that_unpacks_to_too_much_is_stopped_whatever_it_says(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.zip", lambda made: made.writestr("a.geojson", b"{" + b" " * 5_000_000))
    with pytest.raises(NotAMapError, match="unpacks to more than 2 GB"), unpacked(bomb, largest=4_000_000):
        pass
    lying = bytearray(bomb.read_bytes())
    entry = lying.rindex(b"PK\1\2")
    for place in (22, entry + 24):  # the size in the member's own head, and in the list at the end
        lying[place : place + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "lie.zip").write_bytes(lying)
    assert "damaged" in said(tmp_path / "lie.zip")


def test_a_zip_that_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", lambda made: made.writestr("a.geojson", b"{}"))
    plain, entry = path.read_bytes(), path.read_bytes().rindex(b"PK\1\2")
    for places, value, advice in (
        ((6, entry + 8), 1, "locked with a password"),
        ((8, entry + 10), 9, "pack it again as a plain zip"),
    ):
        changed = bytearray(plain)
        for place in places:
            changed[place] = value
        path.write_bytes(changed)
        assert advice in said(path)
    nested = packed(tmp_path / "b.zip", lambda made: made.writestr("a.zip", plain))
    assert "a zip inside a zip" in said(nested)
    for mark in (b"Rar!\x1a\x07\x00", b"7z\xbc\xaf\x27\x1c"):
        path.write_bytes(mark)
        assert "RAR or 7z" in said(path)


def written(path: Path, *statements: str) -> Path:
    """Write a GeoPackage and do to it what its makers did not foresee."""
    write_layers(path, {"villages": villages_frame("ABC")})
    with closing(sqlite3.connect(path)) as edited, edited:
        edited.execute("PRAGMA writable_schema = 1")
        for statement in statements:
            edited.execute(statement)
    return path


LISTED = "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('x', 'features', 4326)"
SHAPED = "INSERT INTO gpkg_geometry_columns VALUES ('x', '{column}', 'GEOMETRY', 4326, 0, 0)"
VIRTUAL = "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, 'CREATE VIRTUAL TABLE x USING {module}')"


@pytest.mark.parametrize(
    "module", ["VirtualOGR(''{secret}'')", "VirtualShape(''{secret}'', UTF8, 4326)", "nothing()"]
)
def test_a_geopackage_reads_no_other_file_through_a_virtual_table(
    tmp_path: Path, secret: Path, module: str
) -> None:
    table = VIRTUAL.format(module=module.format(secret=secret))
    path = written(tmp_path / "a.gpkg", table, LISTED, SHAPED.format(column="GEOMETRY"))
    assert PRIVATE not in said(path)


def test_a_view_of_a_geopackage_calls_nothing_dangerous(tmp_path: Path, secret: Path) -> None:
    for call in (f"ogr_layer_Extent('{secret}')", f"load_extension('{secret}')", f"readfile('{secret}')"):
        view = f"CREATE VIEW x AS SELECT fid, geom, {call} AS name FROM villages"  # noqa: S608 - ours
        assert PRIVATE not in said(written(tmp_path / "a.gpkg", view, LISTED, SHAPED.format(column="geom")))


def test_reading_a_geopackage_with_triggers_changes_nothing(tmp_path: Path) -> None:
    trigger = "CREATE TRIGGER evil AFTER UPDATE ON villages BEGIN DELETE FROM villages; END"
    path = written(tmp_path / "a.gpkg", trigger)
    before = path.read_bytes()
    assert len(read_layers(path)[0].frame) == 3
    assert path.read_bytes() == before


def test_a_database_that_is_no_geopackage_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE villages (name TEXT)")
    assert "no map file" in said(path)
    whole = written(tmp_path / "b.gpkg").read_bytes()
    noise = np.random.default_rng(1).bytes(len(whole))
    for content in (whole[: len(whole) // 2], whole[:4096] + noise[4096:]):
        path.write_bytes(content)
        assert "damaged" in said(path)


def test_broken_bytes_are_told_and_nothing_worse(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    for suffix in (".geojson", ".fgb", ".parquet", ".kml", ".zip"):
        folder = tmp_path / suffix[1:]
        folder.mkdir()
        whole = write(villages_frame("ABC"), folder / f"a{suffix}").read_bytes()
        for _ in range(15):
            broken = np.frombuffer(whole, dtype=np.uint8).copy()
            broken[rng.integers(0, len(broken), 12)] = rng.integers(0, 256, 12)
            (folder / f"b{suffix}").write_bytes(
                broken[: rng.integers(len(broken) // 2, len(broken))].tobytes()
            )
            said(folder / f"b{suffix}")


def test_a_scribble_is_refused_at_once(tmp_path: Path) -> None:
    corners = np.random.default_rng(3).uniform((115.6, 22.9), (115.7, 23.0), (2000, 2))
    path = geojson(tmp_path / "a.geojson", [({"name": "炎龙村"}, shapely.Polygon(corners))])
    with pytest.raises(NoAreasError, match=r"the outline of 炎龙村 in .* crosses itself about"):
        read_areas(path, datum=None)


def test_a_million_corners_are_an_outline_like_any_other(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = shapely.Polygon(np.column_stack([115.65 + 0.01 * np.cos(turn), 22.95 + 0.01 * np.sin(turn)]))
    frame = villages_frame("A").set_geometry([ring]).set_crs("EPSG:4326")
    [row] = read_areas(write(frame, tmp_path / "a.gpkg"), datum=None)[0].geometry
    assert shapely.get_num_coordinates(row) == 1_000_001


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = write(villages_frame("A"), tmp_path / "a.gpkg")
    path.chmod(0)
    os.seteuid(65534)
    try:
        text = said(path)
    finally:
        os.seteuid(0)
    assert "may not be opened" in text
