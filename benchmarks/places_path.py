"""The published list of places onto an empty register, and once more without effect: two whole commands on SQLite."""

from benchmarks.measure import a_home, timed
from taizhang.places.published import published_places

BAR = 60.0


def run() -> dict[str, float]:
    """Gives rows of the list, seconds of the first import and of the second."""
    with a_home() as home:
        first, again = timed(["places", "import"], home), timed(["places", "import"], home)
        for done in (first, again):
            if done.status:
                raise RuntimeError(done.printed)
        return {"rows": published_places().height, "seconds": first.wall, "again": again.wall}
