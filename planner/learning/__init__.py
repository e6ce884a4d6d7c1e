"""What draws tell: estimates, experiments, risk and proposals; arrays in, frozen values out.

Every chance of a draw is known, so that every draw is a survey of the pool it came from. The
modules here are pure: they read no workspace and load NumPy alone.
"""
