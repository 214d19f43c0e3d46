namespace Muster.EndToEnd.Support;

/// <summary>
/// How long what tests wait for lasts, and how much there is of it: as little as shows the same; or, with <c>./test --long</c>, as long as
/// a server has it unless told otherwise.
/// </summary>
internal static class Durations
{
    /// <summary>Whether they are as long as a server has them.</summary>
    public static bool AreReal { get; } = Environment.GetEnvironmentVariable("MUSTER_REAL_DURATIONS") == "1";

    /// <summary>How long a lease lasts unless renewed.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(AreReal ? 30 : 6);

    /// <summary>Ticks that Nomad is away.</summary>
    public static int TicksAway { get; } = AreReal ? 10 : 4;

    /// <summary>Groups that are more than a person would count.</summary>
    public static int ManyGroups { get; } = AreReal ? 500 : 200;

    /// <summary>A line of <c>[pulse]</c> that says so; none where that is what it is by itself.</summary>
    public static string LeaseLine { get; } = AreReal ? "" : $"lease = \"{Lease.TotalSeconds}s\"";

    /// <summary>A line of <c>[nomad]</c> that says how often all jobs are looked at; none where that is so by itself.</summary>
    public static string RoundsLine { get; } = AreReal ? "" : "rounds = \"5s\"";
}
