"""Pages of periods (期次) and of the windows in which operations may be done."""
