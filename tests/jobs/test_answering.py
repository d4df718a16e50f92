"""A process that answers pages, before its first page."""

import gc
import sys

from taizhang.jobs.answering import settle


def test_the_collector_leaves_alone_what_pages_stand_on():
    before = gc.get_freeze_count()
    settle()
    try:
        assert gc.get_freeze_count() > before + 10_000
        assert "taizhang.web.households.listing" in sys.modules
    finally:
        gc.unfreeze()
