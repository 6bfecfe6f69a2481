"""Parts of pages: each makes figures, tables or sections of one matter, or nothing without data."""
