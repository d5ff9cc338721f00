"""An invented address list of the toy county (模拟): two streets, a lane, an estate, a hamlet, a highway."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from boundaries import Datum, LonLat, from_wgs84
from boundaries.address_files import AddressFile, read_addresses
from tests.boundaries.small_map import AREAS, DIVISIONS
from tests.toy_county import place_in

HEADER = ("标准地址", "经度", "纬度", "备注")
_SIMULATED = "模拟"


def address(text: str, point: LonLat | None) -> tuple[str, ...]:
    """Return one row of the list; None for an address that was never measured."""
    degrees = (f"{point.lon:.7f}", f"{point.lat:.7f}") if point else ("", "")
    return (text, *degrees, _SIMULATED)


def rows() -> Iterator[tuple[str, ...]]:
    """Yield the list."""
    town = "广东省汕尾市陆丰市东海街道"
    for number in range(1, 61, 4):  # 新华路 runs east through A; odd north, even south; 8 m a number
        east = -200 + 8 * number
        yield address(f"{town}向阳社区新华路{number}号", place_in("A", east_m=east, north_m=110))
        yield address(f"{town}向阳社区新华路{number + 1}号", place_in("A", east_m=east, north_m=90))
    for number in (1, 3, 5, 9):
        yield address(
            f"{town}向阳社区新华路3巷{number}号", place_in("A", east_m=-100, north_m=130 + 5 * number)
        )
    for number in range(1, 122, 2):  # 龙福路 leaves A for B between its numbers 81 and 83
        east = 300 + 15 * number
        unit = "向阳社区" if east < 1.5 * _CELL_M else "炎龙村委会"
        yield address(f"{town}{unit}龙福路{number}号", place_in("A", east_m=east))
    for number in range(1, 41):  # no map has 建设路, and nobody measured it
        yield address(f"{town}炎龙村委会建设路{number}号", None)
    for building in (1, 2, 3):
        for room in (101, 502, 1203):
            spot = place_in("A", east_m=-300 + 40 * building, north_m=-250 + room % 7)
            yield address(f"{town}向阳社区金龙花园{building}栋2单元{room}室", spot)
    for number in range(1, 13):
        spot = place_in("B", east_m=200 + 10 * number, north_m=-210)
        yield address(f"{town}炎龙村委会径仔村三巷{number}号", spot)
        yield address(f"{town}六驿村委会五巷{number}号", place_in("C", east_m=8 * number))
    for hundred in range(0, 12, 2):
        spot = place_in("C", east_m=-400 + 100 * hundred, north_m=-200)
        yield address(f"{town}六驿村委会G324国道K520+{hundred * 100:03d}", spot)


_CELL_M = 0.01 * 111_000 * float(np.cos(np.radians(22.95)))


def write_csv(
    path: Path,
    lines: Iterable[Sequence[str]],
    header: Sequence[str] = HEADER,
    *,
    encoding: str = "utf-8",
    datum: Datum = Datum.WGS84,
) -> Path:
    """Write a list, its points moved to a datum."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for line in lines:
            writer.writerow(_moved(line, header, datum))
    return path


def _moved(line: Sequence[str], header: Sequence[str], datum: Datum) -> list[str]:
    cells = list(line)
    lon, lat = header.index("经度"), header.index("纬度")
    if cells[lon] and datum is not Datum.WGS84:
        point = from_wgs84(np.array([[float(cells[lon]), float(cells[lat])]]), datum)[0]
        cells[lon], cells[lat] = f"{point[0]:.7f}", f"{point[1]:.7f}"
    return cells


def read(path: Path, **options: object) -> AddressFile:
    """Read a list against the toy county."""
    return read_addresses(path, DIVISIONS, AREAS, **{"datum": Datum.WGS84, **options})  # type: ignore[arg-type] # options of one test


@cache
def toy_file(folder: Path) -> AddressFile:
    """Return the whole list, read."""
    return read(write_csv(folder / "addresses.csv", rows()))
