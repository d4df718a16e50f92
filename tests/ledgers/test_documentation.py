"""The committed pages are those that the declarations make."""

import pytest

from taizhang.ledgers.documentation import FOLDER, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_committed_page_is_the_declared_one(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run: python -m taizhang.ledgers.documentation"


def test_what_is_not_verified_is_shown():
    assert "**未核实" in pages()["new-and-returned.md"]
