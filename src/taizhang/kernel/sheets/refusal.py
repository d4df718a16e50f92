"""The one refusal of this folder: a file that cannot be read, said in one Chinese sentence."""


class CannotRead(Exception):
    """A file or sheet that is refused or could not be read. `message` says what, why and what to do; `code` can be counted."""

    def __init__(self, message: str, code: str = "unreadable") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
