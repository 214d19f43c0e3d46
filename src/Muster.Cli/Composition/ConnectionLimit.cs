namespace Muster.Cli.Composition;

/// <summary>
/// How many connections a server takes at once: connections of strangers must leave descriptors for looking after groups.
/// </summary>
/// <param name="Asked"><c>connections_max</c> of the configuration; null when nobody asked.</param>
/// <param name="Allowed">What the limit of open files leaves for connections.</param>
/// <param name="OpenFiles">That limit.</param>
internal sealed record ConnectionLimit(int? Asked, int Allowed, int OpenFiles)
{
    /// <summary>What is taken where nobody asks for a number: see docs/configuration.md.</summary>
    public const int Usual = 10_000;

    /// <summary>The number that is in force.</summary>
    public int Taken => Math.Min(Asked ?? Usual, Allowed);

    /// <summary>Whether it is lower than what was asked for.</summary>
    public bool IsLowered => Taken < Asked;

    /// <summary>That of this process.</summary>
    public static ConnectionLimit Of(Configuration.LimitsConfig limits) =>
        new(limits.ConnectionsMax, Muster.Clouds.Kit.Programs.OpenFiles.ConnectionsMax, Muster.Clouds.Kit.Programs.OpenFiles.Limit);
}
