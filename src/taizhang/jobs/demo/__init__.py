"""Invented people for the demo, for samples with mistakes and for benchmarks. Nobody in here exists."""
