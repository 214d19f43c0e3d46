using System.Diagnostics.CodeAnalysis;

namespace Muster.Core.Traffic;

/// <summary>The sources of traffic that a server is configured with.</summary>
public interface ITrafficDirectory
{
    /// <summary>Their names, sorted.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>What the source of that name wants a group to say.</summary>
    /// <param name="name">The name.</param>
    /// <param name="needs">What it wants.</param>
    /// <returns>Whether there is one.</returns>
    bool TryFind(string name, [MaybeNullWhen(false)] out TrafficNeeds needs);

    /// <summary>Whether one of them is the load balancers of that configured cloud.</summary>
    bool UsesBalancersOf(string cloud);
}
