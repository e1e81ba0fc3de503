import pytest

from links.texts.pages.folders import count_all


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("files", "folders", "said"),
    [(0, 2, "2 folders"), (1, 2, "2 folders, 1 file"), (3, 0, "3 files"), (0, 0, "0 files")],
)
def test_a_folder_of_folders_is_not_said_to_hold_no_files(files: int, folders: int, said: str) -> None:
    assert count_all(files, folders) == said
