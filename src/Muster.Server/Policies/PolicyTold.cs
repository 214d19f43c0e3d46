using System.Text.Json;

using Muster.Api;
using Muster.Core.Steering;

namespace Muster.Server.Policies;

/// <summary>Policies in the sentences of the audit trail: their fields as they are written. They hold no secret.</summary>
internal static class PolicyTold
{
    /// <summary>All that it is made of: <c>kind target, mode on, metric cpu, target 60</c>.</summary>
    public static string Of(Policy policy) =>
        string.Join(", ", Fields(policy).Where(field => field.Key != "name").Select(field => $"{field.Key} {field.Value}"));

    /// <summary>What has changed: <c>target 60 → 50</c>.</summary>
    public static string Difference(Policy before, Policy after)
    {
        var (old, now) = (Fields(before), Fields(after));
        var changes = old.Keys.Union(now.Keys)
            .Where(field => old.GetValueOrDefault(field) != now.GetValueOrDefault(field))
            .Select(field => $"{field} {old.GetValueOrDefault(field) ?? "unset"} → {now.GetValueOrDefault(field) ?? "unset"}");
        return string.Join(", ", changes) is { Length: > 0 } told ? told : "nothing";
    }

    private static Dictionary<string, string> Fields(Policy policy)
    {
        using var fields = JsonSerializer.SerializeToDocument(PolicyDrafts.Of(PolicyDraft.Of(policy)), ApiJson.Readable.PolicyInput);
        return fields.RootElement.EnumerateObject().ToDictionary(
            field => field.Name,
            field => field.Value.ValueKind switch
            {
                JsonValueKind.Array => string.Join("; ", field.Value.EnumerateArray()),
                JsonValueKind.String => field.Value.ToString(),
                _ => field.Value.GetRawText(),
            },
            StringComparer.Ordinal);
    }
}
