"""Django's own commands (makemigrations, shell …) for developers. Users have `taizhang`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taizhang.settings")
    sys.path.insert(0, "src")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
