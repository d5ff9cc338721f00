"""What does it look like, and is it more than chance? Hotspots and Folium maps; knows no ticket."""
