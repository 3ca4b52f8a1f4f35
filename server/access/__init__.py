"""Who may reach the dashboard, log in, and do what: asked at the door, before every request."""
