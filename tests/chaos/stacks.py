"""The two ways people run it: each with a database and a queue of its own, gone afterwards."""

import os
import secrets
import socket
from contextlib import contextmanager, suppress

import psycopg
import redis
from psycopg import sql

POSTGRES = os.environ.get("CHAOS_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("CHAOS_REDIS", "redis://127.0.0.1:6379/13")
STACKS = {"sqlite": "SQLite, its queue", "postgres": "PostgreSQL, Redis"}


def missing(stack):
    """Why a stack cannot be run here; empty if it can."""
    if stack == "sqlite":
        return ""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
        redis.from_url(REDIS, socket_connect_timeout=3).ping()
    except (psycopg.Error, redis.RedisError) as error:
        return f"PostgreSQL and Redis are not both to be had: {str(error).strip().splitlines()[0]}"
    return ""


@contextmanager
def made(stack, folder):
    """The environment of a fresh stack."""
    name = f"smscrm_chaos_{os.getpid()}_{secrets.token_hex(3)}"
    if stack == "sqlite":
        yield {"DATABASE_URL": f"sqlite:///{folder / 'chaos.sqlite3'}", "REDIS_URL": ""}
        return
    _administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        url = f"{POSTGRES.rpartition('/')[0]}/{name}"
        yield {"DATABASE_URL": url, "REDIS_URL": REDIS, "CHAOS_NAME": name}
    finally:
        _administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        with suppress(redis.RedisError), redis.from_url(REDIS) as broker:
            for key in broker.scan_iter(f"*{name}*"):
                broker.delete(key)


def environment(folder, seed):
    """What the settings read, the same for both: nothing of this machine's own .env."""
    web, gateway = free_port(), free_port()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": f"only-for-chaos-{seed}-0123456789-abcdefghijklmnopqrstuvwxyz",
        "WEBHOOK_TOKEN": secrets.token_urlsafe(32),
        "PORT": str(web),
        "PUBLIC_URL": f"http://127.0.0.1:{web}",
        "ALLOWED_HOSTS": "",
        "DEMO": "false",
        "DEBUG": "false",
        "UNDO_SECONDS": "0",
        "FENCE_FILE": str(folder / "instance.json"),
        "SEVEN_API_KEY": "key-of-the-chaos-gateway",
        "SEVEN_SIGNING_SECRET": secrets.token_hex(16),
        "SEVEN_BASE_URL": f"http://127.0.0.1:{gateway}",
        "D7_API_TOKEN": "token-of-the-chaos-gateway",
        "D7_BASE_URL": f"http://127.0.0.1:{gateway}",
        "SMRTPHONE_API_TOKEN": "",
        "GATEWAY_PORT": str(gateway),
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _administer(statement):
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)
