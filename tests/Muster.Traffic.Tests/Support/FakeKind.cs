using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Tests.Support;

/// <summary>A kind that nobody configures.</summary>
/// <param name="isExclusive">Whether a backend is one group's.</param>
internal sealed class FakeKind(bool isExclusive = false) : ITrafficKind
{
    public string Name => "fake";

    public TrafficKindDescription Description { get; } = new()
    {
        Summary = "A source of tests.",
        Options = [],
        Needs = new() { Backend = false, Port = true, HasHealth = true },
        IsExclusive = isExclusive,
    };

    public ITrafficSource Open(TrafficSetup setup) => throw new NotSupportedException();
}
