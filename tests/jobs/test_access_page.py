"""The page of who may do what: it stands as the access policy says."""

from taizhang.accounts.permissions import Permission
from taizhang.accounts.rulebook import rulebook
from taizhang.jobs.access_page import FACTS, MAY, PAGE, page


def test_the_page_of_permissions_stands_as_it_is_made():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_permission_has_one_name_of_its_own():
    assert set(MAY) == set(Permission)
    assert len(set(MAY.values())) == len(MAY)


def test_every_role_every_method_and_no_shorthand_stands_on_the_page():
    said = page()
    assert [role.zh for key, role in rulebook().roles.items() if key != "console" and f"| {role.zh} |" not in said] == []
    assert said.count("\n| `/") == sum(len(route.rules) for route in rulebook().routes.values())
    assert "`@" not in said
    assert [zh for zh in FACTS.values() if zh not in said] == []
