"""Tests of the invented people."""
