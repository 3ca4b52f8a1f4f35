"""What answers a request: pages as HTML, downloads, forms, errors; and the running process: connections, log, end."""
