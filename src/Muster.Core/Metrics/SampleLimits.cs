using System.Collections.Frozen;

namespace Muster.Core.Metrics;

/// <summary>What samples of a metric may be.</summary>
public sealed record SampleLimits
{
    /// <summary>The age up to which a sample is believed, unless set: four scrapes of the usual pace of Prometheus.</summary>
    public static readonly TimeSpan AgeMaxDefault = TimeSpan.FromMinutes(1);

    /// <summary>Whether a value may be below zero; a queue's length may not, nor what is shared out among instances.</summary>
    public bool AllowsNegative { get; init; } = true;

    /// <summary>The oldest that counts.</summary>
    /// <value>A minute unless set; above zero.</value>
    public TimeSpan AgeMax { get; init; } = AgeMaxDefault;

    /// <summary>
    /// Instances that still warm up, by every word that a source may call them: id, name, address. Their samples are left out; one with a
    /// port is looked for without it, too.
    /// </summary>
    public FrozenSet<string> Warming { get; init; } = FrozenSet<string>.Empty;
}
