from importlib import import_module

from django.apps import AppConfig


class SpotlightsConfig(AppConfig):
    name = "spotlights"
    verbose_name = "Let's Connect"

    def ready(self) -> None:
        # Tells the ledger of letters, which knows nothing of spotlights, how links to them are
        # made; a worker imports nothing else of this app.
        import_module("spotlights.portrayed")
