"""`make run`: a whole policeroom on one machine, from the project's own Python environment.

Bare machines have no PostgreSQL and no Valkey, and a process manager that forgets its children
leaves them behind. The runner starts both servers from wheels (or uses the ones named by
DATABASE_URL and REDIS_URL), then web, worker and beat, and ends all of them whatever happens to
itself. It is for development, demonstrations and tests; production runs the same commands under
systemd (docs/running.md).
"""
