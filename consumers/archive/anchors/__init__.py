"""What others say of our checkpoints: witnesses' co-signatures and time stamps. Optional, and never in the way."""
