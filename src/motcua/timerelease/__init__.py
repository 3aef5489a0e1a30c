"""Time release studies: how long goods wait, for whom, and how sure that is."""
