"""What happens between topics, and the way to reach them."""
