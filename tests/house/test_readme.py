"""What the README promises a newcomer: its five-minute walk speaks in the words of the pages, in both languages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "taizhang"
WALK = {"README.md": "## Five minutes", "README.zh-CN.md": "## 五分钟"}
SHOWN = "".join(path.read_text(encoding="utf-8") for kind in ("*.html", "*.py") for path in (SOURCE / "web").rglob(kind))


def walk_of(name):
    """The section of a README that walks through the pages."""
    said = (ROOT / name).read_text(encoding="utf-8")
    return re.split(r"\n## ", said[said.index(WALK[name]) + 3 :])[0]


@pytest.mark.parametrize("name", WALK)
def test_the_walk_presses_what_the_pages_show(name):
    pressed = re.findall(r"\*\*([^*]+)\*\*", walk_of(name))
    assert len(pressed) >= 6
    assert [word for word in pressed if word not in SHOWN] == []


@pytest.mark.parametrize("name", WALK)
def test_the_pictures_of_the_walk_are_there(name):
    pictures = re.findall(r"\]\((docs/pictures/[^)]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert len(pictures) >= 4
    assert [picture for picture in pictures if not (ROOT / picture).exists()] == []


@pytest.mark.parametrize("name", WALK)
def test_every_setting_stands_in_both_languages(name):
    said = (ROOT / name).read_text(encoding="utf-8")
    read = set(re.findall(r'"(TAIZHANG_[A-Z_]+)"', (SOURCE / "settings.py").read_text(encoding="utf-8")))
    assert [setting for setting in sorted(read) if setting not in said] == []


def test_both_languages_walk_the_same_way():
    pressed = {name: set(re.findall(r"\*\*([^*]+)\*\*", walk_of(name))) for name in WALK}
    assert pressed["README.md"] == pressed["README.zh-CN.md"]
