"""`python -m taizhang` does the same as `taizhang`."""

import sys

from taizhang.jobs.command import main

if __name__ == "__main__":
    sys.exit(main())
