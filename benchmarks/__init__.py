"""The measured bars: `make bench` runs them all in one go and writes docs/benchmarks.md. A timing is a benchmark, never a test."""
