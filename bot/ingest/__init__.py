"""What a snapshot sets off: stored, matched, told; one transaction for each."""
