"""Speed, side by side with what a user would take instead; each script prints one line of JSON at the end."""
