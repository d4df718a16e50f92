"""One file a command: `NAME`, `HELP`, `add_arguments(parser)`, `run(arguments) -> int`.

Nothing of Django is imported at the top of a command: help, the blank template of an error and `restore` work where no home exists yet.
"""
