"""The policy file is refused when it contradicts itself."""

import pytest

from taizhang.accounts.permissions import Permission
from taizhang.accounts.rulebook import BadPolicy, read_policy, rulebook

ROLES = '[roles.all]\nzh = "全"\nlevels = ["county"]\nmay = ["*"]\ngrants = []\n'


@pytest.mark.parametrize(
    ("routes", "says"),
    [
        ("[routes.a.GET]\nrelation = 'own'", "a rule over an area needs a permission"),
        ("[routes.a.GET]\nrelation = 'nowhere'", "nowhere"),
        ("[routes.a.GET]\nrelation = 'none'\nfields = ['x']", "only POST writes fields"),
        ("[routes.a.PATCH]\nrelation = 'none'", "GET or POST"),
        ("[routes.a]\npublic = true", "needs a rule"),
        ("[routes.a.GET]\nrelation = 'own'\npermission = 'fly'", "fly"),
        ("[routes.a.POST]\nrelation = 'none'\nfields = ['@moon']", "no archive table @moon"),
        ("[routes.a.POST]\nrelation = 'none'\nfield = ['x']", "unknown keys"),
        ("[routes.a.GET\n", "cannot be read"),
    ],
)
def test_a_wrong_route_is_named(routes, says):
    with pytest.raises(BadPolicy, match=says):
        read_policy(ROLES + routes)


def test_a_permission_that_nobody_has_is_named():
    with pytest.raises(BadPolicy, match="nobody may"):
        read_policy(ROLES.replace('["*"]', '["desk.view"]') + "[routes.a.GET]\nrelation = 'none'")


def test_a_role_that_grants_an_unknown_role_is_named():
    with pytest.raises(BadPolicy, match="unknown roles"):
        read_policy(ROLES.replace("grants = []", 'grants = ["king"]') + "[routes.a.GET]\nrelation = 'none'")


def test_facts_of_the_archive_expand_without_derived_ones_and_numbered_fields_by_their_stem():
    rule = read_policy(ROLES + "[routes.a.POST]\nrelation = 'none'\nfields = ['@household', 'column#']").routes["a"].rules["POST"]
    assert rule.unknown_fields(["address", "column12", "csrfmiddlewaretoken"]) == []
    assert rule.unknown_fields(["inc_total_yuan", "status", "column", "columnx"]) == ["inc_total_yuan", "status", "column", "columnx"]


def test_nobody_grants_the_role_of_the_command_line():
    granted = {role for key, each in rulebook().roles.items() if key != "console" for role in each.grants}
    assert "console" not in granted


def test_only_the_command_line_and_the_offices_keep_accounts():
    assert rulebook().roles_with(Permission.ACCOUNTS_MANAGE) == {"county", "prefecture", "province", "console"}
