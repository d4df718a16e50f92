"""Tests of the pages of households, the work bench and the journal."""
