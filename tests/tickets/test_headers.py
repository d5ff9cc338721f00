"""The header row is found wherever it stands, in the words of any platform."""

from geo_service.tickets.headers import SYNONYMS, guess_header, read_header


def test_no_header_means_two_fields() -> None:
    words = [word for words in SYNONYMS.values() for word in words]
    assert len(words) == len(set(words))


def test_the_district_layout_is_understood() -> None:
    titles = [
        *(
            "序号",
            "办件编号",
            "办件来源",
            "市级编号",
            "诉求主题",
            "诉求内容",
            "办理单位",
            "办理科室",
            "诉求人",
        ),
        *("诉求人电话", "处理结果", "事项大类", "事项小类", "派发时间", "承诺完成时间", "办件状态", "派单员"),
    ]
    header = read_header(0, titles)
    assert header.missing == ()
    assert {field: header.title_of(field) for field in ("number", "received", "category_2")} == {
        "number": "办件编号",
        "received": "派发时间",
        "category_2": "事项小类",
    }
    assert (3, "市级编号") in list(header.unknown())


def test_pinyin_traditional_and_decorated_headers_are_understood() -> None:
    header = read_header(0, ["gdbh", "受理時間", "*訴求內容（必填）", " 紧急 程度："])
    assert list(header.columns) == ["number", "received", "content", "urgency"]


def test_the_header_stands_below_titles() -> None:
    header = guess_header([["工单汇总表", ""], ["", ""], ["工单编号", "诉求内容"], ["A1", "内容"]])
    assert header is not None
    assert (header.row, len(header.missing)) == (2, 1)


def test_a_blank_table_has_no_header() -> None:
    assert guess_header([["", ""], []]) is None
