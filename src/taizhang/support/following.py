"""Those who help follow a change of areas (区划变更): the offices that keep them, the villages they help. Pairings follow by themselves,
for their area is their household's."""

from django.db import connection

from taizhang.places.models import PlaceChange
from taizhang.support.models import Helper, SupportUnit, UnitVillage, VillageTeam

LINES = f"from {PlaceChange._meta.db_table} c where c.event = %s and c.old_code <> c.new_code"


def follow_areas(event: int) -> dict[str, int]:
    """Give units, helpers, teams and the help of villages the code that an event tells of theirs. An area that was divided tells no one
    code: who was kept there stays, and is seen where he helps.

    Writes   a new version of each row that moves
    Gives    rows by table
    Cost     1 statement a table
    """
    return {model._meta.db_table: _move(model._meta.db_table, event) for model in (SupportUnit, UnitVillage, Helper, VillageTeam)}


def _move(table: str, event: int) -> int:
    one_code = f"select c.old_code {LINES} group by c.old_code having count(distinct c.new_code) = 1"
    statement = (
        f"update {table} set area = (select min(c.new_code) {LINES} and c.old_code = {table}.area), version = version + 1, came_from = ''"  # noqa: S608
        f" where area in ({one_code})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [event, event])
        return int(cursor.rowcount)
