"""A photograph where the browser gives the page no camera: the phone's own takes it."""

import io

from PIL import Image, ImageDraw

from tests.browser.conftest import Open
from tests.browser.server import App


def seven() -> bytes:
    """Dark on light, as on paper."""
    paper = Image.new("L", (200, 200), 235)
    ImageDraw.Draw(paper).line([(60, 50), (140, 50), (90, 160)], fill=20, width=16)
    file = io.BytesIO()
    paper.save(file, "JPEG")
    return file.getvalue()


def test_without_a_secure_page_a_file_field_opens_the_phones_camera(
    app: App, open_page: Open
) -> None:
    lab = open_page(app, width=390, height=844)
    lab.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'mediaDevices', {value: undefined});"
    )
    lab.open("/draw")
    lab.choose("draw_source", "Camera")
    lab.wait_text("This page is not on https")
    field = lab.at("draw_photograph_file")
    with lab.page.expect_file_chooser() as chooser:
        field.locator("button:visible").first.click()
    opened = field.locator("input[type=file]")
    assert opened.get_attribute("capture") == "environment"
    assert opened.get_attribute("accept") == "image/*"
    assert lab.page.locator("video").count() == 0, "no dead camera"
    chooser.value.set_files({"name": "7.jpg", "mimeType": "image/jpeg", "buffer": seven()})
    lab.wait_for("the photograph", lambda: lab.at("upload").locator("img").count())
