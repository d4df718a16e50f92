"""What one fact of the archive is: its name in code, its label on the form, its kind, and how sure we are of it."""

from dataclasses import dataclass

from taizhang.kernel.kinds import Kind


@dataclass(frozen=True)
class Fact:
    """One field of a form, declared once for tables, forms, ledgers, rules and documentation.

    `code` is the national column; `required` is R (always), C (on a condition told in `note`) or O; `derived` is computed and never typed;
    `locked` is changed by the province only; `events_only` is changed by an operation of 3.1, never by an edit; `sheet_unit`
    is the unit in which the sheet writes a number, where it is not the stored one.
    """

    name: str
    zh: str
    kind: Kind
    code: str = ""
    required: str = "O"
    mark: str = "V"
    section: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""
    derived: bool = False
    locked: bool = False
    events_only: bool = False
    sheet_unit: str = ""
