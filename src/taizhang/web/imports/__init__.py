"""Pages of Excel in: upload, matching, findings, proposals, progress."""
