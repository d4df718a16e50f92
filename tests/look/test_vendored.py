"""What others wrote stands here with its licence, unaltered since it was looked at."""

import hashlib
import tomllib
from pathlib import Path

import pytest

import taizhang

VENDOR = Path(taizhang.__file__).parent / "web" / "static" / "vendor"
FILES = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_that_was_written_down(entry):
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_every_vendored_file_is_written_down():
    standing = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert standing == {entry["file"] for entry in FILES} | {"VENDOR.toml"}


def test_every_vendored_package_brings_its_licence():
    packages = {entry["file"].split("/")[0] for entry in FILES}
    assert all((VENDOR / package / "LICENSE").is_file() for package in packages)


@pytest.mark.parametrize("file", sorted(path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*.css")))
def test_a_vendored_sheet_asks_no_other_server(file):
    text = (VENDOR / file).read_text(encoding="utf-8")
    assert "@import" not in text
    assert "url(http" not in text
    assert "url(//" not in text
    assert "sourceMappingURL" not in text
