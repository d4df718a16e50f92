"""One folder a sheet: what it is (`ledger.py`), an example workbook, a page of documentation made from it."""

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers.correction_orders.ledger import LEDGER as CORRECTION_ORDERS
from taizhang.ledgers.edge_people.ledger import LEDGER as EDGE_PEOPLE
from taizhang.ledgers.exited_people.ledger import LEDGER as EXITED_PEOPLE
from taizhang.ledgers.household_archive.ledger import LEDGER as HOUSEHOLD_ARCHIVE
from taizhang.ledgers.household_information.ledger import LEDGER as HOUSEHOLD_INFORMATION
from taizhang.ledgers.members_added.ledger import LEDGER as MEMBERS_ADDED
from taizhang.ledgers.members_left.ledger import LEDGER as MEMBERS_LEFT
from taizhang.ledgers.monitored_objects.ledger import LEDGER as MONITORED_OBJECTS
from taizhang.ledgers.monitoring_work.ledger import LEDGER as MONITORING_WORK
from taizhang.ledgers.natural_village_archive.ledger import LEDGER as NATURAL_VILLAGE_ARCHIVE
from taizhang.ledgers.new_and_returned.ledger import LEDGER as NEW_AND_RETURNED
from taizhang.ledgers.pairing.ledger import LEDGER as PAIRING
from taizhang.ledgers.village_archive.ledger import LEDGER as VILLAGE_ARCHIVE
from taizhang.ledgers.village_information.ledger import LEDGER as VILLAGE_INFORMATION
from taizhang.ledgers.work_away.ledger import LEDGER as WORK_AWAY
from taizhang.ledgers.work_plans.ledger import LEDGER as WORK_PLANS

ALL = (
    HOUSEHOLD_ARCHIVE,
    NEW_AND_RETURNED,
    EXITED_PEOPLE,
    EDGE_PEOPLE,
    MONITORED_OBJECTS,
    HOUSEHOLD_INFORMATION,
    VILLAGE_INFORMATION,
    WORK_AWAY,
    WORK_PLANS,
    VILLAGE_ARCHIVE,
    NATURAL_VILLAGE_ARCHIVE,
    MEMBERS_ADDED,
    MEMBERS_LEFT,
    CORRECTION_ORDERS,
    MONITORING_WORK,
    PAIRING,
)
LEDGERS: dict[str, Ledger] = {ledger.key: ledger for ledger in ALL}


class NoSuchLedger(Exception):
    """No ledger has that key."""


def ledger(key: str) -> Ledger:
    """The ledger with a key.

    Raises   NoSuchLedger naming the keys there are
    """
    try:
        return LEDGERS[key]
    except KeyError:
        raise NoSuchLedger(f"没有名为“{key}”的台账;可用的有:{'、'.join(LEDGERS)}") from None
