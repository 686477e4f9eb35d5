"""The demo world: a believable desk, built through the commands that people use."""

from data.demo.cast import ACCOUNTS, PASSWORD
from data.demo.seed import seed

__all__ = ["ACCOUNTS", "PASSWORD", "seed"]
