"""Fixtures for all tests. Nothing here starts a service or imports a vendor by itself."""

pytest_plugins = ["tests.kafka_fixture", "tests.browser_fixture", "tests.system_fixture"]
