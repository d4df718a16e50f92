"""Tests of the area tree."""
