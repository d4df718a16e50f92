"""Every address of the pages. Each name must stand in the access policy, or it answers 404."""

from django.urls import path

from taizhang.web import health
from taizhang.web.accounts.urls import urlpatterns as of_accounts
from taizhang.web.dictionary import urlpatterns as of_dictionary
from taizhang.web.exports.urls import urlpatterns as of_exports
from taizhang.web.households.urls import urlpatterns as of_households
from taizhang.web.imports.urls import urlpatterns as of_imports
from taizhang.web.journal.urls import urlpatterns as of_journal
from taizhang.web.lookups.urls import urlpatterns as of_lookups
from taizhang.web.orders.urls import urlpatterns as of_orders
from taizhang.web.periods.urls import urlpatterns as of_periods
from taizhang.web.places.urls import urlpatterns as of_places
from taizhang.web.support.urls import urlpatterns as of_support
from taizhang.web.villages.urls import urlpatterns as of_villages

of_machine = [path("health/live", health.live, name="health_live"), path("health/ready", health.ready, name="health_ready")]
urlpatterns = [
    *of_machine,
    *of_households,
    *of_imports,
    *of_exports,
    *of_dictionary,
    *of_journal,
    *of_lookups,
    *of_support,
    *of_villages,
    *of_orders,
    *of_periods,
    *of_places,
    *of_accounts,
]

handler400 = "taizhang.web.errors.bad_request"
handler403 = "taizhang.web.errors.forbidden"
handler404 = "taizhang.web.errors.not_found"
handler500 = "taizhang.web.errors.broken"
