"""Files: the tables of the pages as CSV and XLSX."""
