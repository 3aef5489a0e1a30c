"""What a text of prose claims in numbers: its figures, sums, comparisons and shares, each with its place."""
