"""Views: keep a fold of topics up to date from the beginning on, and know when it is."""
