from django.apps import AppConfig, apps

from signups.sealing import key_ring
from signups.second_texts import prepare_second_texts


class SignupsConfig(AppConfig):
    name = "signups"
    verbose_name = "Who takes part"

    def ready(self) -> None:
        # A bad key stops the process at start instead of at the first answer.
        key_ring()
        prepare_second_texts(apps.get_models())
