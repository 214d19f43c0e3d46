using System.Diagnostics.CodeAnalysis;

namespace Muster.Core;

/// <summary>The system's generators. Safe to share between threads.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    /// <inheritdoc/>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The one place that may.")]
    public Guid NextId() => Guid.NewGuid();

    /// <inheritdoc/>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The one place that may.")]
    [SuppressMessage("Security", "CA5394", Justification = "Jitter needs no cryptographic strength.")]
    public double NextUnit() => Random.Shared.NextDouble();
}
