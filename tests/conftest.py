"""Fixtures for all tests. Nothing here starts a service or imports a vendor by itself."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.kafka_fixture", "tests.browser_fixture", "tests.system_fixture"]

# A busy machine is no finding: time is measured by `make bench`, never asserted in a test.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
