"""One file for each command, or for a few that belong together; each is imported only when it is used."""
