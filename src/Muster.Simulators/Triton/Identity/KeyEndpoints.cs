using System.Collections.Concurrent;
using System.Text.Json.Nodes;

using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Requests;

namespace Muster.Simulators.Triton.Identity;

/// <summary>What CloudAPI does below <c>/keys</c>.</summary>
internal static class KeyEndpoints
{
    public static Reply Answer(
        SimulatedAccount account, ConcurrentDictionary<string, SimulatedKey> keys, string method, string[] path, JsonObject input)
    {
        switch (method, path)
        {
            case ("GET", []):
                return new(200, new JsonArray([.. keys.Values.OrderBy(key => key.Name, StringComparer.Ordinal).Select(Json)]));
            case ("GET", [var name]):
                return new(200, Json(Find(keys, name)));
            case ("DELETE", [var name]):
                keys.TryRemove(Find(keys, name).Fingerprint, out _);
                return new(204);
            case ("POST", []):
                return Add(account, keys, input);
            default:
                throw new CloudApiRefusal(405, "MethodNotAllowedError", $"{method} is not allowed");
        }
    }

    private static Reply Add(SimulatedAccount account, ConcurrentDictionary<string, SimulatedKey> keys, JsonObject input)
    {
        var text = input["key"]?.ToString() ?? throw new CloudApiRefusal(409, "MissingParameter", "key is required");
        try
        {
            var key = SimulatedKey.Parse(text, input["name"]?.ToString());
            if (keys.Values.Any(one => one.Name == key.Name) || !keys.TryAdd(key.Fingerprint, key))
            {
                throw new FormatException("key already exists or is invalid");
            }

            return new(201, Json(key)) { Headers = { ["Location"] = $"/{account.Login}/keys/{Uri.EscapeDataString(key.Fingerprint)}" } };
        }
        catch (FormatException)
        {
            throw new CloudApiRefusal(409, "InvalidArgument", "key already exists or is invalid");
        }
    }

    private static SimulatedKey Find(ConcurrentDictionary<string, SimulatedKey> keys, string escaped)
    {
        var name = Uri.UnescapeDataString(escaped);
        return keys.GetValueOrDefault(name) ?? keys.Values.FirstOrDefault(key => key.Name == name)
            ?? throw new CloudApiRefusal(404, "ResourceNotFound", $"{name} does not exist");
    }

    private static JsonNode Json(SimulatedKey key) =>
        new JsonObject { ["name"] = key.Name, ["fingerprint"] = key.Fingerprint, ["key"] = key.Text };
}
