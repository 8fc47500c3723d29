"""The admin of programs, applications and letters."""

from signups.admin import applications, barriers, identity, letters, programs

__all__ = ["applications", "barriers", "identity", "letters", "programs"]
