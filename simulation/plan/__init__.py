"""A scenario resolved into two frozen plans of integer arrays: demand and service."""
