"""A command that cannot go on says why in one line and ends."""

REFUSED = 3


class Refused(Exception):
    """The command was refused; nothing was done. `status` is its exit status."""

    def __init__(self, says: str, status: int = REFUSED) -> None:
        super().__init__(says)
        self.status = status
