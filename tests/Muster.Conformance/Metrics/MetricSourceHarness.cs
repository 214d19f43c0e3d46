using Muster.Core.Metrics;

namespace Muster.Conformance.Metrics;

/// <summary>A source under test, with what the suite needs to know about it.</summary>
public abstract class MetricSourceHarness : IAsyncDisposable
{
    /// <summary>Long enough for anything on a loaded machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A source whose server has what <see cref="Groups"/> say.</summary>
    public abstract IMetricSource Source { get; }

    /// <summary>Groups, and the mean that the source knows of each; different ones.</summary>
    public abstract IReadOnlyDictionary<MetricScope, double> Groups { get; }

    /// <summary>A group of which the source knows nothing.</summary>
    public abstract MetricScope Stranger { get; }

    /// <summary>What the source shows of itself and nobody may ever read in a message; null where it has no secret.</summary>
    public virtual string? Secret => null;

    /// <summary>The same source where something else is behind it; null where that cannot be.</summary>
    public abstract Task<IMetricSource?> OpenAsync(Misbehaviour misbehaviour);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>What may be behind a source in place of what should be.</summary>
public enum Misbehaviour
{
    /// <summary>Nobody.</summary>
    Absent,

    /// <summary>Somebody who takes what is sent and never answers.</summary>
    Silent,

    /// <summary>Somebody who answers with bytes that mean nothing.</summary>
    Garbage,

    /// <summary>Somebody who never stops to answer.</summary>
    Endless,

    /// <summary>Somebody who sends the source elsewhere.</summary>
    Redirecting,

    /// <summary>Somebody who shows what was sent to it, secrets included, in a refusal.</summary>
    Echoing,

    /// <summary>The right server, which knows the source's secret as another's.</summary>
    Refusing,
}
