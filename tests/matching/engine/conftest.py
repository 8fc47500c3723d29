"""Settings for property tests of the engine."""

from hypothesis import settings

# Brute force takes its time, and a busy machine more; neither is a failure.
settings.register_profile("engine", deadline=None)
settings.load_profile("engine")
