"""Source formats: one folder each, which turns posted bytes into canonical records. All pure."""
