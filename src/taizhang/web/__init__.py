"""Pages and their parts (房间: 页面)."""
