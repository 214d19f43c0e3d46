using Muster.Core.Metrics;

namespace Muster.Core.Steering;

/// <summary>What a policy says at one instant. Closed: the private constructor admits only the kinds nested here.</summary>
public abstract record Recommendation
{
    private Recommendation()
    {
    }

    /// <summary>Why, in words an operator can act on: <c>target cpu: 82 of 60 on 5 instances → 7</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The reading that it goes by; null where there is none.</summary>
    public Reading? Reading { get; init; }

    /// <summary>Wants so many.</summary>
    /// <param name="Count">How many; 0 or more. The bounds of the group are not its business.</param>
    public sealed record Wants(int Count) : Recommendation;

    /// <summary>Knows how things are, and asks for nothing.</summary>
    public sealed record Content : Recommendation;

    /// <summary>Does not know how things are: asks for nothing, and nobody shrinks the group meanwhile.</summary>
    public sealed record Blind : Recommendation;
}
