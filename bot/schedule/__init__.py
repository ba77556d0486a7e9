"""The timetable of recurring jobs: polls, the digest tick, retention."""
