"""The admin of programs, applications and letters."""

from signups.admin import applications, letters, programs

__all__ = ["applications", "letters", "programs"]
