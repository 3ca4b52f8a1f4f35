"""What answers a request: pages as HTML, downloads, forms, errors."""
