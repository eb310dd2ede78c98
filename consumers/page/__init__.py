"""The local destination: a public page for each live event, served to thousands from a process of its own."""
