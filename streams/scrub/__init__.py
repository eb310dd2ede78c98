"""Screening: what a text gives away, and what policy does about it. Pure: text and rules in, findings out."""
