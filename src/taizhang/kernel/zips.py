"""What the standard library raises on a damaged zip, by where the damage lies: workbooks and backups are both zips."""

import zipfile
import zlib

DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError)
