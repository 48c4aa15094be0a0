"""A zip of one's own pictures on the Images page, in a real browser."""

from pathlib import Path

from tests.browser.lab import Lab
from tests.data.zips import two_classes, zipped


def test_a_zip_is_looked_at_used_and_trained(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "my pictures.zip"
    file.write_bytes(zipped(two_classes(20) | {"cat/notes.txt": b"no picture"}))

    def kept() -> set[Path]:
        return set((lab.app.data_dir / "pictures").glob("*"))

    before = kept()  # of an earlier try of this test; the server is the same
    lab.open("/images")
    lab.choose("dataset", "own pictures")
    lab.wait_text("Your own pictures.")
    lab.page.set_input_files(".st-key-images_pictures_file input[type=file]", file)
    lab.wait_text("40 pictures of 2 classes: cat 20, dog 20.")
    lab.wait_text("cat/notes.txt: is no picture that can be read here")
    assert kept() == before
    lab.click("images_use_pictures")
    lab.wait_text("40 pictures of 32×32, colour.")
    assert kept()
    lab.wait_text("32 for training, 8 for validation: 32 × 32, in colour, 2 classes, augmented")
    lab.train()
    lab.page.get_by_text("Confusion", exact=True).first.click()
    lab.wait_text("over the 8 validation pictures")
    lab.wait_text("read as")
    assert not lab.trouble()
