"""What the reader chose on one page, read from its address."""
