using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;

namespace Muster.Records;

/// <summary>The form of an <see cref="InstanceLoad"/>.</summary>
public sealed record InstanceLoadForm(string Cloud, InstanceId Instance, double Load, string Source)
{
    /// <summary>The forms of these; null of none.</summary>
    public static InstanceLoadForm[]? Of(ImmutableArray<InstanceLoad> loads) => loads.IsDefaultOrEmpty
        ? null
        : [.. loads.Select(load => new InstanceLoadForm(load.Cloud, load.Instance, load.Load, load.Source))];

    /// <summary>The figures of these forms, or of nothing.</summary>
    public static ImmutableArray<InstanceLoad> ToValue(InstanceLoadForm[]? forms) => forms is null
        ? []
        : [.. Forms.Each(forms).Select(form => new InstanceLoad(form.Cloud, form.Instance, form.Load, form.Source))];
}
