"""The plane of a table: labelled in the units of its columns, under names that people chose."""

import plotly.graph_objects as go

from nnlab.figures.boundary import Axis, boundary_figure


def test_axes_are_labelled_in_other_units_at_their_places_on_the_plane():
    axes = (Axis("cm <b>", (-5.0, 5.0), ("150", "190")), Axis(""))
    figure = go.Figure(boundary_figure(None, [], axes=axes, dark=False).to_dict())
    assert figure.layout.xaxis.title.text == "cm &lt;b&gt;"
    assert figure.layout.xaxis.tickvals == (-5.0, 5.0)
    assert figure.layout.xaxis.ticktext == ("150", "190")
    assert figure.layout.yaxis.tickvals == ()
    assert figure.layout.xaxis.range == (-6, 6)


def test_long_names_of_classes_are_cut_and_no_html_and_take_a_row_of_their_own():
    names = ("<i>setosa</i> and so on", "versicolor")
    figure = boundary_figure(None, [], class_names=names, dark=True)
    key = figure.layout.annotations[0].text
    assert "&lt;i&gt;setosa&lt;/…" in key
    assert key.count("<br>") == 1
    assert boundary_figure(None, [], dark=True).layout.annotations[0].text.count("<br>") == 0
