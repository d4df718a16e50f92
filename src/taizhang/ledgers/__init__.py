"""One folder a sheet: what it is (`ledger.py`), an example workbook, a page of documentation made from it."""

from taizhang.kernel.ledgers import Ledger
from taizhang.ledgers.household_archive.ledger import LEDGER as HOUSEHOLD_ARCHIVE
from taizhang.ledgers.new_and_returned.ledger import LEDGER as NEW_AND_RETURNED

LEDGERS: dict[str, Ledger] = {ledger.key: ledger for ledger in (HOUSEHOLD_ARCHIVE, NEW_AND_RETURNED)}


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
