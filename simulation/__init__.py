"""Event-driven simulation of a Vietnamese one-stop public administrative service centre."""
