"""Reads JSON as a message of Compute Engine with the Google Cloud CLI's own generated classes, and names what they do not know.

Standard input: the message's name on the first line, the JSON on the others. Wrong types end it with their error.
"""
import sys

from apitools.base.protorpclite import messages
from apitools.base.py import encoding
from googlecloudsdk.generated_clients.apis.compute.v1 import compute_v1_messages


def unknown(message, path):
    for name in message.all_unrecognized_fields():
        yield f"{path}.{name}"
    for field in message.all_fields():
        value = getattr(message, field.name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, messages.Message) and not field.name == "additionalProperties":
                yield from unknown(one, f"{path}.{field.name}")
            elif isinstance(one, messages.Message):
                if isinstance(one.value, messages.Message):
                    yield from unknown(one.value, f"{path}.{one.key}")


name = sys.stdin.readline().strip()
read = encoding.JsonToMessage(getattr(compute_v1_messages, name), sys.stdin.read())
for one in unknown(read, name):
    print(one)
