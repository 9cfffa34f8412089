from __future__ import annotations

import pandas as pd
import pytest

from pipeline import sides

FRAME = pd.DataFrame({"year": [2008, 2009, 2012, None], "party": ["Red", "Blue", "Red", "Red"]})


@pytest.mark.parametrize(
    ("side", "expected"), [("2009", ["2009"]), ("2008,2012", ["2008", "2012"]), ("2009-2012", ["2009", "2012"]), ("2012..2009", ["2009", "2012"])]
)
def test_sides_members_reads_values_lists_and_ranges(side, expected):
    assert sides.members(["2008", "2009", "2012"], side, by="year") == expected


def test_sides_numbers_read_as_written_although_a_value_is_missing():
    assert sides.values_of(FRAME, "year") == ["2008", "2009", "2012"]
    assert sides.rows_of(FRAME, "year", "2009-2012").tolist() == [False, True, True, False]


def test_sides_a_value_with_a_hyphen_is_itself_before_it_is_a_range():
    assert sides.members(["2009-2012", "2010"], "2009-2012", by="term") == ["2009-2012"]


@pytest.mark.parametrize(
    ("by", "before", "after", "sentence"),
    [
        ("term", "a", "b", "No grouping variable named 'term'. Available: party, year"),
        ("year", "1999", "2009", "No year named '1999'. Available: 2008, 2009, 2012"),
        ("year", "2008-2009", "2009-2012", "must not share a year.*share 2009"),
    ],
)
def test_sides_say_what_is_wrong(by, before, after, sentence):
    with pytest.raises(ValueError, match=sentence):
        sides.pair(FRAME, by, before, after)


def test_sides_name_first_what_is_like_the_value_asked_for():
    years = [str(year) for year in range(1790, 2009)]
    with pytest.raises(ValueError, match=r"No year named '2009'\. Near it: .*2008.* and 207 more"):
        sides.members(years, "2009", by="year")


def test_sides_offer_no_column_that_holds_the_text_itself():
    with pytest.raises(ValueError, match=r"Available: party, year\.$"):
        sides.values_of(FRAME.assign(text="x", sha256="y"), "term")


def test_sides_a_side_may_be_compared_with_itself():
    one, other = sides.pair(FRAME, "party", "Red", "Red")
    assert one.tolist() == other.tolist() == [True, False, True, True]
