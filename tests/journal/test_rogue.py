"""No table comes in without the journal: the house test refuses a model that is neither posted nor says why not (J8)."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from taizhang.journal.models import Posted
from tests.house.test_rooms import test_every_business_model_is_journalled_or_says_why_not as house_rule


@isolate_apps("taizhang.journal")
def test_a_model_without_the_journal_is_refused():
    class Rogue(models.Model):
        class Meta:
            app_label = "journal"

    with pytest.raises(AssertionError):
        house_rule(Rogue)


@isolate_apps("taizhang.journal")
def test_a_posted_model_is_welcome():
    class Welcome(Posted):
        class Meta:
            app_label = "journal"

    house_rule(Welcome)
