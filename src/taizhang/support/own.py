"""What an account of the role 帮扶责任人 sees: the households paired with its helper today, their members, itself and what it made."""

from django.db.models import Q
from django.utils import timezone

from taizhang.accounts.access import Own, Ranges
from taizhang.accounts.models import User
from taizhang.households.models import Household, Membership, Person
from taizhang.support.models import Pairing


def own_households(user: User, ranges: Ranges) -> Own:
    """The households that stand paired today with the helper whose account this is, inside some ranges of areas.

    Gives    conditions by model, none of them read yet; a pairing that ended today gives nothing any more
    """
    inside = Q(pk__in=())
    for low, high in ranges:
        inside |= Q(area__gte=low, area__lt=high)
    paired = Pairing.objects.standing(timezone.localdate()).filter(helper__account=user.pk, valid=True)
    households = Household.objects.filter(inside, pk__in=paired.values("household"))
    persons = Membership.objects.filter(open=True, household__in=households.values("pk")).values("person")
    return {
        Household: households.values("pk"),
        Person: Person.objects.filter(pk__in=persons).values("pk"),
        User: User.objects.filter(pk=user.pk).values("pk"),
    }
