"""Checks that what is stored is whole and agrees with itself, and repairs what follows from other rows.

Begin at `check.py`. `python -m data check` is the command.
"""
