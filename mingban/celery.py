"""Celery's entry: `celery -A mingban.celery worker -Q applications,…` and `… beat`."""

from mingban.composition import worker

app = worker()
