"""The door: who may pass to which page."""


class DoorMiddleware:
    """Every request passes here."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on."""
        return self.get_response(request)
