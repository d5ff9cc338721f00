"""A file in the wrong datum is refused before anything of it is stored, and says what to declare."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from boundaries import Datum, WrongDatumError, from_wgs84, to_wgs84
from geo_service.services import Services
from tests.toy_county import CODES, place_in

HEADER = ("工单编号", "受理时间", "诉求内容", "经度", "纬度")
VILLAGES = {
    "A": "向阳社区",
    "B": "炎龙村",
    "C": "六驿村",
    "G": "河西街道竹林村",
    "H": "湖畔村",
    "K": "横山村",
}
# all over a village of two cells by two; in its corners a shift of some 500 m leads to the neighbour
CORNERS = [(east, north) for east in (-350.0, 500.0, 1350.0) for north in (400.0, -550.0, -1500.0)]


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield what callers say, and where they really are, WGS 84."""
    for letter, name in VILLAGES.items():
        for east_m, north_m in CORNERS:
            point = place_in(letter, east_m=east_m, north_m=north_m)
            yield f"{name}路灯不亮，晚上看不见路。", point.lon, point.lat


def write(path: Path, datum: Datum, *, column: str = "") -> Path:
    """Write the file as a platform of that datum exports it; perhaps with a column that names a datum."""
    told = list(rows())
    shifted = from_wgs84(np.array([place for _, *place in told]), datum)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*HEADER, "坐标系") if column else HEADER)
        for number, ((text, *_), (lon, lat)) in enumerate(zip(told, shifted, strict=True)):
            row = (f"A{number:03d}", "2026-01-05 09:00", text, f"{lon:.6f}", f"{lat:.6f}")
            writer.writerow((*row, column) if column else row)
    return path


def stored(services: Services) -> int:
    with services.database.unit_of_work(write=False) as work:
        return len(list(work.tickets.all()))


@pytest.mark.parametrize(("truly", "said"), [("gcj02", "wgs84"), ("wgs84", "gcj02"), ("bd09", "高德")])
def test_a_shifted_file_is_refused_and_the_datum_to_declare_comes_in(
    services: Services, tmp_path: Path, truly: str, said: str
) -> None:
    file = write(tmp_path / "a.csv", Datum(truly))
    with pytest.raises(WrongDatumError, match=rf"a\.csv.*--datum {truly}") as caught:
        services.import_tickets(file, datum=said)
    assert caught.value.values["places"] == 54
    assert caught.value.values["shifted"] == 54
    assert stored(services) == 0
    report = services.import_tickets(file, datum=truly)
    assert report.done["imported"] == stored(services) == 54
    assert [note.rule for note in report.notes] == ["datum.fits"]


def test_a_wrong_word_in_the_file_itself_is_told(services: Services, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", Datum.GCJ02, column="WGS84")
    with pytest.raises(WrongDatumError, match=r"says wgs84.*are gcj02.*own word"):
        services.import_tickets(file)
    assert stored(services) == 0


def test_coordinates_converted_once_too_often_are_told(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    told = list(rows())
    twice = to_wgs84(np.array([place for _, *place in told]), Datum.GCJ02)
    lines = [
        f"A{n},2026-01-05 09:00,{text},{lon:.6f},{lat:.6f}"
        for n, ((text, *_), (lon, lat)) in enumerate(zip(told, twice, strict=True))
    ]
    file.write_text(",".join(HEADER) + "\n" + "\n".join(lines), encoding="utf-8")
    with pytest.raises(WrongDatumError, match="as they were measured"):
        services.import_tickets(file, datum="wgs84")


def test_a_file_of_two_datums_is_refused_and_names_tickets_of_the_other(
    services: Services, tmp_path: Path
) -> None:
    right = write(tmp_path / "a.csv", Datum.WGS84).read_text(encoding="utf-8").splitlines()
    wrong = write(tmp_path / "b.csv", Datum.GCJ02).read_text(encoding="utf-8").splitlines()
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("\n".join(right[:28] + wrong[28:]), encoding="utf-8")
    with pytest.raises(WrongDatumError, match=r"mixed\.csv was imported: it mixes two datums") as caught:
        services.import_tickets(mixed, datum="wgs84")
    assert "A0" in str(caught.value.values["numbers"])
    assert stored(services) == 0
    assert services.import_tickets(mixed, datum="wgs84", trust_datum=True).done["imported"] == 54


def test_a_person_who_knows_better_has_the_last_word(services: Services, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", Datum.GCJ02)
    report = services.import_tickets(file, datum="wgs84", trust_datum=True)
    assert report.done["imported"] == 54


@pytest.mark.parametrize(
    ("lon", "lat", "advice"),
    [("22.97", "115.64", "only with the axes exchanged"), ("15.64", "22.97", "is outside China")],
)
def test_a_coordinate_that_is_no_place_in_china_is_told_by_row_and_not_used(
    services: Services, tmp_path: Path, lon: str, lat: str, advice: str
) -> None:
    file = tmp_path / "a.csv"
    row = f"A1,2026-01-05 09:00,炎龙村路灯不亮,{lon},{lat}"
    file.write_text(",".join(HEADER) + "\n" + row, encoding="utf-8")
    report = services.import_tickets(file, datum="wgs84")
    (problem,) = report.problems
    assert (problem.row, problem.column) == (2, "经度")
    assert advice in problem.problem.text()
    with services.database.unit_of_work(write=False) as work:
        (ticket,) = work.tickets.all()
    assert (ticket.lon, ticket.lat) == (None, None)


def test_few_coordinates_come_in_without_a_word(services: Services, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", Datum.GCJ02)
    few = file.read_text(encoding="utf-8").splitlines()[:8]
    file.write_text("\n".join(few), encoding="utf-8")
    report = services.import_tickets(file, datum="wgs84")
    assert report.done["imported"] == 7
    assert not report.notes


def test_the_toy_villages_bear_the_names_used_here(services: Services) -> None:
    known = {area.name for letter in VILLAGES if (area := services.areas.get(CODES[letter]))}
    assert known == {name.removeprefix("河西街道") for name in VILLAGES.values()}
