"""The poster: publishes each release once, in order, on each of its destinations."""
