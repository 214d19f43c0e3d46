using System.Text.Json.Serialization;

using Muster.Core.Traffic;

namespace Muster.Records;

/// <summary>The form of a <see cref="TrafficUse"/>.</summary>
public sealed record TrafficForm(
    string Source,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Backend = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Service = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Port = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Attribute = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Network = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Health = null)
{
    /// <summary>The forms, in order; null of no source.</summary>
    public static TrafficForm[]? Of(TrafficUses uses)
    {
        ArgumentNullException.ThrowIfNull(uses);
        return uses.IsEmpty
            ? null
            :
            [
                .. uses.All.Select(use => new TrafficForm(
                    use.Source, use.Backend, use.Service, use.Port, use.Attribute, use.Network, use.Path, use.Health ? true : null)),
            ];
    }

    /// <summary>The sources of forms, or of nothing.</summary>
    public static TrafficUses ToValue(TrafficForm[]? forms) => forms is null
        ? TrafficUses.None
        : new(
            [
                .. forms.Select(form => new TrafficUse
                {
                    Source = form.Source,
                    Backend = form.Backend,
                    Service = form.Service,
                    Port = form.Port,
                    Attribute = form.Attribute,
                    Network = form.Network,
                    Path = form.Path,
                    Health = form.Health is true,
                }),
            ]);
}
