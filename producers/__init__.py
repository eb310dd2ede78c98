"""Stages that people's words come in through, the intake and the desk, and the client that programs use."""
