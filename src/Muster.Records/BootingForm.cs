using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;

namespace Muster.Records;

/// <summary>The form of a <see cref="BootingInstance"/>.</summary>
public sealed record BootingForm(InstanceId Instance, long SinceUs)
{
    /// <summary>The forms of these instances; null of none.</summary>
    public static BootingForm[]? Of(ImmutableArray<BootingInstance> booting) => booting.IsDefaultOrEmpty
        ? null
        : [.. booting.Select(each => new BootingForm(each.Instance, Microseconds.From(each.Since)))];

    /// <summary>The instances of these forms, or of nothing.</summary>
    public static ImmutableArray<BootingInstance> ToValue(BootingForm[]? forms) =>
        forms is null ? [] : [.. Forms.Each(forms).Select(form => new BootingInstance(form.Instance, Microseconds.ToTime(form.SinceUs)))];
}
