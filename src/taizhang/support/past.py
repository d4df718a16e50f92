"""Who helped, as of a moment: units, helpers, teams and pairings as they stood, and where the households were."""

from contextlib import AbstractContextManager

from taizhang.households.models import Household
from taizhang.households.past import register_models
from taizhang.journal.moments import Moment
from taizhang.journal.past import standing_at


def support_at(moment: Moment) -> AbstractContextManager[Moment]:
    """Inside, the lists of those who help read what stood. What households tell is not asked there, and stays as it is.

    Cost     what happened to these tables since
    """
    models = [model for model in register_models() if model is Household or model._meta.app_label == "support"]
    return standing_at(moment, models, lambda _: {})
