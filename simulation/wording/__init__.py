"""What results say: numbers, days and names as people write them, and the answer in a sentence."""
