"""Every picture of simulated years can be read: units, intervals, no words over words, no words cut off."""

from dataclasses import replace

import numpy as np
import pytest

from simulations.attribution import Attribution, Part, Shares
from simulations.intervals import Estimate
from simulations.mechanisms import MECHANISMS
from simulations.plots.attribution import draw_attribution
from simulations.plots.differences import SHOWN, draw_differences, relative_difference
from simulations.plots.files import rendered, save
from simulations.plots.loss import draw_loss
from simulations.plots.ranges import DRAWN, draw_ranges, drawn
from simulations.plots.totals import draw_totals
from simulations.plots.year import draw_year
from simulations.ranges import AssumedRange, CadenceRanges, RangeEnd, Ranges
from simulations.scenario.model import QuarterEnd, Reactive, Sawtooth
from simulations.sensitivity import CAPACITY_HOURS, STALENESS, HoursLeft, LossGrid
from simulations.shortfall import Arrow


@pytest.fixture(scope="session")
def grid(comparison):
    losses = ((0.02, 0.01, -0.005), (0.06, 0.02, 0.003), (0.11, 0.05, 0.24))
    return LossGrid(
        version="0",
        scenario=comparison.scenario,
        cadence=Sawtooth(),
        seed=7,
        replications=40,
        staleness=STALENESS,
        capacity_hours=CAPACITY_HOURS,
        estimates=tuple(tuple(Estimate(x, x - 0.03, x + 0.03, 40) for x in row) for row in losses),
        hours_left=tuple(HoursLeft(3.0, 23.0, 13.0) for _ in CAPACITY_HOURS),
    )


def _loss(mean):
    return Estimate(mean, mean - 0.02, mean + 0.02, 40)


def _end(value, mean):
    return RangeEnd(value, _loss(mean), _loss(mean - 0.04))


@pytest.fixture(scope="session")
def ranges(comparison):
    """Return ranges of many numbers with long names, to either side, both to one side, refused, and without effect."""
    cannot = RangeEnd(16.0, None, None, "does not fit")
    found = [
        AssumedRange(
            "team.groups[account executives].selling_hours_per_week", 24, "hours", cannot, _end(40.0, 0.3)
        ),
        AssumedRange("work.staleness_logit_per_day", 0.02, "log-odds", _end(0.0, -0.1), _end(0.06, 0.1)),
        AssumedRange("cadence.hours_when_on", 16, "hours", _end(8.0, 0.09), _end(24.0, 0.12)),
        *(
            AssumedRange(
                f"sources.inbound[stream {n}].leads_per_week", 2, "leads", _end(0.0, 0.03), _end(20.0, 0.05)
            )
            for n in range(20)
        ),
        AssumedRange("team.handover_days", 7, "days", _end(1.0, 0.04), _end(30.0, 0.04)),
    ]
    return Ranges("0", comparison.scenario, 7, 40, (CadenceRanges(Reactive(), _loss(0.04), tuple(found)),))


@pytest.fixture(scope="session")
def attribution(comparison):
    """Return a made-up attribution with all seven players."""
    names = ("hours", *MECHANISMS)
    wide = {name: Part(_loss(0.02 * n), _loss(-0.01 * n), _loss(0.04 * n)) for n, name in enumerate(names)}
    shares = Shares(_loss(0.3), wide, _loss(0.0))
    return Attribution("0", comparison.scenario, QuarterEnd(weeks_off=3), 7, 40, shares, shares)


@pytest.fixture
def figures(comparison, pair, grid, ranges, attribution):
    """Return a function that draws each picture anew, by name."""
    return {
        "ranges": lambda: draw_ranges(ranges),
        "attribution": lambda: draw_attribution(attribution),
        "year": lambda: draw_year(comparison, pair),
        "totals": lambda: draw_totals(comparison),
        "differences": lambda: draw_differences(comparison),
        "loss": lambda: draw_loss(grid),
    }


PICTURES = ("year", "totals", "differences", "loss", "ranges", "attribution")


@pytest.mark.parametrize("name", PICTURES)
def test_no_words_lie_over_others_or_reach_beyond_the_edge(figures, eye, name):
    seen = eye(figures[name]())
    assert len(seen.texts) > 10
    assert seen.overlaps == []
    assert seen.cut == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_the_same_bytes_every_time(figures, name):
    for kind in ("png", "svg"):
        assert rendered(figures[name](), kind) == rendered(figures[name](), kind)


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("year", ["(hours a week, team)", "USD)", "USD a week)", "week of the year"]),
        ("totals", ["USD)", "95% interval", "8 of 10"]),
        ("differences", ["difference from steady", "%", "95% interval"]),
        ("loss", ["hours a week and rep", "(share of steady's total)", "95% intervals"]),
        (
            "ranges",
            [
                "loss of total against steady",
                "%",
                "95% intervals",
                "8 other numbers move it less",
                "1 end cannot",
            ],
        ),
        ("attribution", ["USD)", "chance of the target (points)", "95% intervals", "year 1"]),
    ],
)
def test_axes_say_what_they_count_and_in_what(figures, eye, name, units):
    seen = eye(figures[name]())
    assert [unit for unit in units if not seen.says(unit)] == []


def test_the_overlap_check_sees_an_overlap(figures, eye):
    """The check itself: two words on one place are found, and so is one that is cut off."""
    figure = figures["totals"]()
    figure.text(0.5, 0.5, "over")
    figure.text(0.5, 0.5, "each other")
    figure.text(0.98, 0.5, "beyond the edge of the page")
    seen = eye(figure)
    assert ("over", "each other") in seen.overlaps
    assert "beyond the edge of the page" in seen.cut


def test_bookings_are_drawn_from_zero_with_interval_and_target(comparison):
    bookings, _ = draw_totals(comparison).axes
    assert bookings.get_xlim()[0] == 0
    drawn = {tuple(segment[:, 0]) for lines in bookings.collections for segment in lines.get_segments()}
    for year in comparison.cadences:
        found = year.measures["bookings_in_year"]
        assert (found.low, found.high) in drawn
    bars = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in bookings.patches)
    spreads = sorted(year.spread["bookings_in_year"] for year in comparison.cadences)
    assert np.array(bars) == pytest.approx(np.array(spreads))
    assert [comparison.target] * 2 in [list(line.get_xdata()) for line in bookings.lines]


@pytest.mark.parametrize("times", [0.3, 1.0, 1.6])
def test_the_words_of_the_target_stay_inside_their_panel(comparison, eye, times):
    moved = replace(comparison, target=comparison.target * times)
    seen = eye(draw_totals(moved))
    assert seen.says("target ")
    assert seen.overlaps == []
    panel = seen.figure.axes[0].get_window_extent()
    (place,) = [text for text in seen.figure.axes[0].texts if text.get_text().startswith("target")]
    box = place.get_window_extent()
    assert panel.x0 <= box.x0
    assert box.x1 <= panel.x1


def test_every_difference_is_drawn_with_its_interval_and_hollow_where_it_holds_zero(comparison):
    figure = draw_differences(comparison)
    contrasts = [contrast for contrast in comparison.contrasts if contrast.role == "difference"]
    assert len(figure.axes) == len(contrasts) == 2
    for axes, contrast in zip(figure.axes, contrasts, strict=True):
        segments = [tuple(s[:, 0]) for lines in axes.collections for s in lines.get_segments()]
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        fills = {dot.get_markerfacecolor() for dot in dots}
        for row, measure in enumerate(SHOWN):
            found = relative_difference(comparison, contrast, measure)
            assert segments[row] == pytest.approx((found.low, found.high))
            assert dots[row].get_xdata()[0] == pytest.approx(found.mean)
            assert (dots[row].get_markerfacecolor() == "white") == (found.sign == 0)
        assert len(fills) == 2, "some differences show and some do not, or the test would prove nothing"


def test_the_loss_has_an_arm_for_every_interval_and_shows_where_zero_is(grid):
    (axes,) = draw_loss(grid).axes
    low, high = axes.get_ylim()
    assert low < 0 < high
    arms = [segment[:, 1] for lines in axes.collections for segment in lines.get_segments()]
    wanted = sorted((loss.low, loss.high) for row in grid.estimates for loss in row)
    assert np.array(sorted(map(tuple, arms))) == pytest.approx(np.array(wanted))


def test_the_legend_of_the_loss_covers_no_interval(grid):
    """The largest loss of the grid stands on the right, below the legend."""
    figure = draw_loss(grid)
    (axes,) = figure.axes
    rendered(figure, "png")
    legend = axes.get_legend().get_window_extent()
    top = max(loss.high for row in grid.estimates for loss in row)
    assert axes.transData.transform((0, top))[1] < legend.y0


def test_both_columns_of_the_year_have_the_same_scales(comparison, pair):
    grid = np.array(draw_year(comparison, pair).axes[:8]).reshape(4, 2)
    for steady, other in grid:
        assert steady.get_ylim() == other.get_ylim()
        assert steady.get_ylim()[0] == 0
    assert len({axes.get_xlim() for axes in grid.ravel()}) == 1


def test_the_shade_of_a_lane_holds_eight_of_ten_years(comparison, pair):
    figure = draw_year(comparison, pair)
    band = comparison.cadence("sawtooth").weekly["bookings_four_weeks"]
    heights = figure.axes[5].collections[0].get_paths()[0].vertices[:, 1]
    assert heights.max() == pytest.approx(np.nanmax(band.p90))
    assert not np.allclose(band.p90, band.high)


def test_the_line_of_need_stays_below_the_words_above_it(comparison, pair):
    figure = draw_year(comparison, pair)
    for column in (2, 3):
        axes = figure.axes[column]
        (need,) = [line for line in axes.lines if line.get_label().startswith("line of need")]
        rendered(figure, "png")
        highest = axes.transData.transform((0, np.nanmax(need.get_ydata())))[1]
        assert highest < axes.get_legend().get_window_extent().y0


ARROW = Arrow(replication=3, pipeline_week=10, published_week=24)


def _with(comparison, **change):
    shortfall = replace(comparison.shortfalls["sawtooth"], **change)
    return replace(comparison, shortfalls={**comparison.shortfalls, "sawtooth": shortfall})


def test_an_arrow_carries_its_weeks(comparison, pair, eye):
    weeks = comparison.shortfalls["sawtooth"].published_weeks
    arrow = replace(ARROW, published_week=int(weeks[4]))
    seen = eye(draw_year(_with(comparison, arrow=arrow, reason=""), pair))
    assert f"{arrow.weeks} weeks earlier" in seen.texts
    assert len(seen.figure.artists) == 1
    assert seen.overlaps == []


@pytest.mark.parametrize("reason", ["neither fires", "no more often than steady", "too few replications"])
def test_without_an_arrow_the_picture_says_why(comparison, pair, eye, reason):
    seen = eye(draw_year(_with(comparison, arrow=None, reason=reason), pair))
    assert seen.says("No arrow: ")
    assert seen.figure.artists == []
    assert seen.overlaps == []


def test_a_figure_is_saved_as_png_or_svg_only(figures, tmp_path):
    assert save(figures["loss"](), tmp_path / "loss.png").read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(ValueError, match=r"loss\.pdf: a figure is written as \.png or \.svg"):
        save(figures["loss"](), tmp_path / "loss.pdf")


def test_each_range_is_drawn_from_the_loss_as_it_is_to_both_ends_with_their_intervals(ranges):
    (axes,) = draw_ranges(ranges).axes
    item = ranges.cadences[0]
    rows = drawn(item)
    assert len(rows) == DRAWN
    assert [label.get_text() for label in axes.get_yticklabels()] == [each.field for each in rows]
    bars = {
        tuple(sorted((round(bar.get_x(), 9), round(bar.get_x() + bar.get_width(), 9))))
        for bar in axes.patches
    }
    lines = {
        tuple(segment[:, 0])
        for group in axes.collections
        for segment in getattr(group, "get_segments", list)()
    }
    for each in rows:
        for end in each.ends:
            if end.loss is not None:
                assert tuple(sorted((0.04, round(end.loss.mean, 9)))) in bars
                assert (end.loss.low, end.loss.high) in lines
    low, high = axes.get_xlim()
    assert low < 0 < high
