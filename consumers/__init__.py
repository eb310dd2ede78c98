"""What reads the topics and acts on the world: the poster, the public page, the archive."""
