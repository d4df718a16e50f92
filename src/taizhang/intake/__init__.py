"""Excel in: batches, matching, findings, proposals."""
