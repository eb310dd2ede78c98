"""What an export carries beside the log, written for a stranger: it imports nothing of ours."""
