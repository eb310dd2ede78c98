"""The desk: where people read what waits, decide, stop and resume, and see what the public sees."""
