"""The admin of programs, applications and letters."""

from signups.admin import applications, gates, letters, orientation, programs

__all__ = ["applications", "gates", "letters", "orientation", "programs"]
