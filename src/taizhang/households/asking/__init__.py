"""Asking for households by conditions over any field of the archive: what may be asked, the conditions, what they compile to, their words.

A condition is data, never a text of SQL: a tree of `all` and `any` groups over leaves that name a field and an operator of the catalogue.
What is unknown is neither yes nor no: no condition matches it, and 未填 is an operator of its own.
"""
