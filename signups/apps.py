from django.apps import AppConfig

from signups.sealing import key_ring


class SignupsConfig(AppConfig):
    name = "signups"
    verbose_name = "Who takes part"

    def ready(self) -> None:
        # A bad key stops the process at start instead of at the first answer.
        key_ring()
