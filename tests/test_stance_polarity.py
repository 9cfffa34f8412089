from __future__ import annotations

import pytest

from pipeline.stance.model import read
from pipeline.stance.polarity import doubted


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("I doubt that the river levy can pay for a single bridge.", "the river levy", True),
        ("She was not entirely convinced by the case for the tram tax.", "tram tax", True),
        ("We have no confidence in the Ports Board.", "Ports Board", True),
        ("I have no doubt that the river levy will work.", "the river levy", False),
        ("I am convinced that the tram tax will work.", "tram tax", False),
        ("I doubt that the river levy will repair the bridges.", "bridges", False),
        ("The tram tax is fair. I doubt that anyone disagrees.", "tram tax", False),
    ],
)
def test_stance_polarity_doubt_falls_on_the_subject_only(text, target, expected):
    assert doubted(text, target) is expected


def test_stance_polarity_doubt_about_a_target_is_never_praise_of_it():
    (found,) = read(["I am not convinced that the vision of the Harbour Strategy will deliver the better future we need."], ["Harbour Strategy"])
    assert found.favour <= found.against
    assert found.favour + found.against + found.none == pytest.approx(1, abs=2e-4)
