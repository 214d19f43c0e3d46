namespace Muster.Api.Installation;

/// <summary>The prices in force.</summary>
public sealed record PricesView
{
    /// <summary>How many there are, in the configuration and told by clouds.</summary>
    public required int Count { get; init; }

    /// <summary>What they are in; null where there is none.</summary>
    public string? Currency { get; init; }

    /// <summary>What keeps newer prices from being in force, each in a sentence.</summary>
    public required IReadOnlyList<string> Troubles { get; init; }
}
