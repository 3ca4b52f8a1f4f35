"""The annual report of a database (RKKP structure), as a Document."""
