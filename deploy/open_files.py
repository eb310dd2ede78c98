"""How many connections this process may hold: many systems start it with 1,024, whatever it is asked to serve."""

import resource

OWN_FILES = 256  # what a stage needs besides its readers: Kafka, logs, assets, a margin


def allow(connections: int) -> int:
    """Raises the soft limit of open files as far as needed and allowed; the connections that then fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(0, min(connections, soft - OWN_FILES))
