"""What runs when: polls, the digest tick, retention."""
