"""Webhooks: other systems hear of texts, contacts and opt-outs as they happen."""
