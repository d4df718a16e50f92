"""Tests of the ledgers, out and in."""
