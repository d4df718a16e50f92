"""Every address of the pages. Each name must stand in the access policy, or it answers 404."""

from taizhang.web.accounts.urls import urlpatterns as of_accounts
from taizhang.web.exports.urls import urlpatterns as of_exports
from taizhang.web.households.urls import urlpatterns as of_households
from taizhang.web.imports.urls import urlpatterns as of_imports
from taizhang.web.journal.urls import urlpatterns as of_journal

urlpatterns = [*of_households, *of_imports, *of_exports, *of_journal, *of_accounts]

handler400 = "taizhang.web.errors.bad_request"
handler403 = "taizhang.web.errors.forbidden"
handler404 = "taizhang.web.errors.not_found"
handler500 = "taizhang.web.errors.broken"
