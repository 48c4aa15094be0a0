"""Looking into a network of pictures with the mouse."""

from tests.browser.lab import Lab


def test_a_cell_of_the_confusion_matrix_opens_its_pictures_and_a_point_shows_its_own(
    lab: Lab,
) -> None:
    lab.open("/images")
    lab.train()
    lab.wait_status("finished", seconds=180)
    lab.choose("images_tab", "Confusion")
    cells = lab.page.locator(".st-key-images_confusion_chart .annotation-text")
    lab.wait_for("the matrix", lambda: cells.count() >= 10)
    cells.first.click(force=True)  # the first row's own class: a 0 read as 0
    lab.wait_text("pictures of 0 are read as 0")
    lab.wait_for("the pictures", lambda: lab.at("confusion_cell").locator("img").count())
    lab.choose("images_tab", "Features")
    points = lab.page.locator(".st-key-images_features_chart .scatterlayer path.point")
    lab.wait_for("the map", lambda: points.count() >= 100)
    glass = lab.page.locator(".nnlab-glass")

    def is_shown() -> bool:
        points.nth(3).hover(force=True)
        return glass.is_visible() and "url(" in (glass.get_attribute("style") or "")

    lab.wait_for("the picture of the point", is_shown)
