"""The data dictionary stands as it is generated, and shows what is not verified."""

import pytest

from taizhang.policy.archive import fact
from taizhang.policy.dictionary import FOLDER, page_name, pages, table, write_pages


def committed():
    return {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}


def test_the_committed_pages_are_the_generated_ones():
    assert committed() == pages()


def test_writing_gives_the_same_pages(tmp_path):
    write_pages(tmp_path)
    assert {path.name: path.read_bytes().decode() for path in tmp_path.iterdir()} == pages()


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("code-lists.md", "| 刑满释放 | `released` |  | **未核实(编者所知)** |"),
        ("code-lists.md", "只按名称识别"),
        ("facts.md", "| 务工状况 | `work_status` |"),
        ("facts.md", "**未核实(由来源推断)**"),
        ("lines.md", "| 2995 | 否:未核实(编者所知) |"),
        ("states.md", "| 返贫 | `return` | 已脱贫（不再享受政策） | 返贫 |"),
    ],
)
def test_a_page_shows_what_it_must(page, words):
    assert words in pages()[page]


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("inc_wage_yuan", "inc_wage"),
        ("land_farm_mu", "land_farm"),
        ("hh_phone", "phone"),
        ("is_unsafe", "is_unsafe"),
        ("ws_exp_other_yuan", ""),
    ],
)
def test_the_name_of_the_domain_page_is_told(name, named):
    assert page_name(fact(name)) == named


def test_a_bar_in_a_cell_does_not_break_the_table():
    assert table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x\\|y |"
