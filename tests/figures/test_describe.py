import numpy as np

from nnlab.figures.describe import describe_boundary, describe_curves, describe_probabilities


def test_curves_are_told_by_first_last_and_best():
    said = describe_curves("Loss", np.array([0.7, 0.1, 0.2]), np.array([0.8, 0.4]))
    assert said == (
        "Loss: training from 0.7 to 0.2, best 0.1; validation from 0.8 to 0.4, best 0.4."
    )


def test_accuracies_are_told_in_percent_and_the_highest_is_the_best():
    said = describe_curves("Accuracy", np.array([0.5, 0.95, 0.9]), np.zeros(0), share=True)
    assert said == "Accuracy: training from 50.0% to 90.0%, best 95.0%."


def test_no_curve_and_a_diverged_one_are_told_as_such():
    nothing = np.zeros(0)
    assert describe_curves("Loss", nothing, nothing) == "Loss: nothing yet, press Train."
    diverged = describe_curves("Loss", np.array([0.7, np.nan]), nothing)
    assert diverged == "Loss: training from 0.7 to NaN, best 0.7."


def test_the_plane_is_told_by_the_share_of_each_class():
    ones = np.zeros((10, 10))
    ones[:, 7:] = 1
    expected = (
        "The plane under 500 points: the network says class 0 on 70.0%, class 1 on 30.0% of it."
    )
    assert describe_boundary(np.stack([1 - ones, ones]), points=500) == expected
    assert describe_boundary(ones, points=500) == expected


def test_the_plane_of_values_is_told_by_their_range():
    said = describe_boundary(np.array([[[-0.5, 0.75]]]), task="regression", class_names=None)
    assert said == "The plane: the network's values lie from −0.5 to 0.75."
    assert "not numbers" in describe_boundary(np.full((2, 2, 2), np.nan))
    assert "no network has answered yet" in describe_boundary(None)


def test_probabilities_are_told_by_the_two_likeliest():
    said = describe_probabilities(np.array([0.02, 0.08, 0.9]), ["cat", "dog", "fox"])
    assert said == "The network says fox (90.0%), then dog (8.0%)."
    assert "nothing is drawn" in describe_probabilities(None)
