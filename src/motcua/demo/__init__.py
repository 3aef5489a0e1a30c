"""The demo year: a made-up department whose sizes are the article's, replayed through the real doors. No report reads this."""
