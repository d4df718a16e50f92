"""Every address of the pages. Each name must stand in the access policy, or it answers 404."""

urlpatterns: list = []
