using Muster.Core;
using Muster.Core.Metrics;

namespace Muster.Metrics.Kit;

/// <summary>A kind of source: says what it is, and opens sources of it. Holds nothing, and is safe to share.</summary>
public interface IMetricKind
{
    /// <summary>What configurations call it: <c>prometheus</c>.</summary>
    string Name { get; }

    /// <summary>Its options: the page, help and refusals come from here.</summary>
    MetricKindDescription Description { get; }

    /// <summary>Opens one: reads the options and the files that they name. Nothing is started, and nobody is called yet.</summary>
    /// <exception cref="InputException">At least one is unknown or wrong; names every one.</exception>
    IMetricSource Open(MetricSetup setup);
}
