using System.Text.Json;

using Muster.Core.Placements;

namespace Muster.Records;

/// <summary>Portions as they are written: <c>3</c>, <c>10%</c>.</summary>
internal static class Portions
{
    /// <summary>The portion of a text; null of nothing.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Portion? ToValue(string? text) =>
        text is null ? null
        : Portion.TryParse(text, out var portion) ? portion
        : throw new JsonException($"a portion is {Portion.Rule}, and not '{text}'");
}
