"""The embedded Apache Kafka: one KRaft broker as a child process, from pip and a lock of jars alone."""
