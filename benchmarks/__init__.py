"""Benchmarks: times as ratios to a peer in the same run, never as tests."""
