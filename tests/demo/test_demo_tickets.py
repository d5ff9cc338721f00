"""The invented tickets: readable, of January 2026, with everything planted in them that the demo shows."""

import re

import numpy as np
import pandas as pd
import pytest

from boundaries import Datum, Projection, parse_datum, read_osm, to_wgs84
from geo_service.demo import DEMO_SETTINGS, DEMO_TODAY, DemoFiles
from geo_service.settings import Settings
from geo_service.tickets.files import read_tickets

CASES = {
    "水墘综合市场": "441581003203",
    "径仔龙福路": "441581001214",
    "新华路": "",
    "博美出租房": "441581105001",
    "望海楼市场": "441581102004",
    "星都国道边": "",
}


@pytest.fixture(scope="module")
def table(demo: DemoFiles) -> pd.DataFrame:
    return pd.read_excel(demo.tickets, engine="calamine", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def truth(demo: DemoFiles) -> pd.DataFrame:
    return pd.read_csv(demo.truth, dtype=str, keep_default_na=False).astype({"lon": str, "lat": str})


def test_three_hundred_rows_with_the_headers_of_a_hotline(table: pd.DataFrame, truth: pd.DataFrame) -> None:
    assert len(table) == 300
    assert {"工单编号", "受理时间", "诉求类型", "诉求内容", "事项分类", "所属镇街", "坐标系"} <= set(
        table.columns
    )
    assert table["工单编号"].is_unique
    assert list(table["工单编号"]) == list(truth["number"])


def test_all_calls_came_in_january_before_today(table: pd.DataFrame) -> None:
    days = table["受理时间"].str.extract(r"^2026[-/]0?1[-/](\d+) ")[0].astype(int)
    assert set(days) - {36} <= set(range(1, 32))
    assert (days == 36).sum() == 1, "the impossible date is planted"
    hours = table["受理时间"].str.extract(r" (\d+):")[0].astype(int)
    assert hours.between(8, 17).mean() > 0.6
    assert DEMO_TODAY.weekday() == 0
    assert DEMO_TODAY.month == 2


@pytest.mark.parametrize(("story", "unit"), CASES.items())
def test_the_cases_of_the_article_are_there(
    table: pd.DataFrame, truth: pd.DataFrame, story: str, unit: str
) -> None:
    rows = truth[truth["story"] == story]
    assert unit in set(rows["unit_code"])
    texts = table.set_index("工单编号").loc[rows["number"], "诉求内容"]
    words = {"径仔龙福路": "径仔村民小组龙福路", "博美出租房": "出租房", "星都国道边": "国道边"}
    assert texts.str.contains(words.get(story, story)).any()


def test_the_market_is_a_hotspot_and_stalls_are_rare_elsewhere(
    table: pd.DataFrame, truth: pd.DataFrame
) -> None:
    both = table.assign(**truth.drop(columns="number"))
    stalls = both[both["事项分类"] == "城乡建设/占道经营"]
    planted = stalls[stalls["story"] == "望海楼市场"]
    places = planted[["lon", "lat"]].to_numpy(float)
    metres = Projection.for_points(places).to_metres(places)
    assert np.hypot(*(metres - np.median(metres, axis=0)).T).max() < 150
    assert len(planted) == 14
    assert planted["联系电话"].nunique() == 14, "each caller called once"
    assert len(stalls) - len(planted) < 8


def test_most_tickets_have_an_honest_place_and_many_villages_have_several(truth: pd.DataFrame) -> None:
    placed = truth[(truth["lon"] != "") & (truth["unit_code"] != "")]
    assert len(placed) >= 120
    per_village = placed["unit_code"].value_counts()
    assert len(per_village) >= 25
    assert (per_village >= 3).sum() >= 12


def test_what_cannot_be_located_is_said_to_be_so(truth: pd.DataFrame) -> None:
    counts = truth["expected"].value_counts()
    assert {"unit", "town", "unclear", "none", "outside"} == set(counts.index)
    assert (counts[["unclear", "none", "outside"]] >= 2).all()


def test_three_rows_are_bad_on_purpose_and_the_importer_says_so(demo: DemoFiles) -> None:
    def converted(lon: float, lat: float, word: str) -> tuple[float, float]:
        east, north = to_wgs84(np.array([[lon, lat]]), parse_datum(word))[0].tolist()
        return east, north

    read = read_tickets(demo.tickets, source_system="12345", to_wgs84=converted)
    assert {problem.column for problem in read.problems} == {"受理时间", "诉求内容", "经度"}
    assert len(read.problems) == 3
    assert len(read.tickets) == 298


def test_marked_points_come_in_several_datums_and_mean_the_place(
    table: pd.DataFrame, truth: pd.DataFrame
) -> None:
    marked = (table["经度"] != "") & (table["坐标系"] != "")
    assert {parse_datum(word) for word in table.loc[marked, "坐标系"]} == {Datum.GCJ02, Datum.WGS84}
    for row in table.index[marked]:
        given = table.loc[[row], ["经度", "纬度"]].to_numpy(float)
        meant = truth.loc[[row], ["lon", "lat"]].to_numpy(float)
        assert to_wgs84(given, parse_datum(table.loc[row, "坐标系"])) == pytest.approx(meant, abs=2e-6)


def test_people_and_phones_are_invented(table: pd.DataFrame) -> None:
    assert set(table["联系电话"]) - {""} == set(
        table["联系电话"][table["联系电话"].str.fullmatch(r"1380000\d{4}")]
    )
    assert (
        not table["诉求内容"].str.contains(r"1\d{10}").where(~table["诉求内容"].str.contains("1380000")).any()
    )
    assert set(table["数据说明"]) == {"模拟"}


def test_a_complaint_about_a_committee_names_no_real_one(demo: DemoFiles, table: pd.DataFrame) -> None:
    texts = table.loc[table["事项分类"] == "纪检监察/干部作风", "诉求内容"]
    assert len(texts) == 2
    assert texts.str.contains("虚构").all()
    names = [
        thing.name
        for thing in read_osm(demo.osm).named
        if thing.tags.get("place") in {"village", "neighbourhood"}
    ]
    assert not any(name in text for text in texts for name in names)


def test_texts_differ_and_are_as_long_as_a_clerk_writes(table: pd.DataFrame) -> None:
    texts = table.loc[table["诉求内容"] != "", "诉求内容"]
    assert texts.is_unique
    assert texts.str.len().between(20, 120).all()
    assert not any(re.search(r"[。，]{2}|，。", text) for text in texts)


def test_the_settings_of_the_demo_are_settings() -> None:
    settings = Settings.model_validate(DEMO_SETTINGS)
    assert settings.simulated
    assert settings.today == DEMO_TODAY
    assert "模拟" in settings.name
