using System.Collections.Immutable;

namespace Muster.Core.Storage;

/// <summary>
/// The whole installation looks and tells, and does nothing, until somebody resumes it. Kept in the store: every server sees it.
/// </summary>
/// <param name="Since">When it began.</param>
/// <param name="By">Who began it.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Strangers">
/// Instances that carry this installation's tags and that the store does not know, as <c>cloud/id</c>; empty where somebody paused by hand.
/// </param>
public sealed record InstallationPause(DateTimeOffset Since, string By, string Reason, ImmutableArray<string> Strangers)
{
    /// <summary>What whoever wants to act gets.</summary>
    public StoreException ToException() => new(
        StoreErrorKind.Paused,
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"the installation is paused since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC by {By}: 'muster status' says why, "
            + $"and 'muster resume --all' ends it"));
}

/// <summary>Whether the installation is paused, and what it was resumed in spite of.</summary>
public sealed record PauseState
{
    /// <summary>Not paused, and never was.</summary>
    public static PauseState None { get; } = new();

    /// <summary>The pause; null when there is none.</summary>
    public InstallationPause? Pause { get; init; }

    /// <summary>Instances that the store does not know and that somebody has seen before resuming: they pause nothing again.</summary>
    public ImmutableHashSet<string> Acknowledged { get; init; } = [];

    /// <summary>
    /// Instances that the store does not know, seen with an account's own credential: they hold back that account at
    /// that cloud, and nobody else.
    /// </summary>
    public ImmutableHashSet<string> Held { get; init; } = [];

    /// <summary>Paused; one that began before goes on, and learns of more strangers.</summary>
    public PauseState Paused(InstallationPause pause)
    {
        ArgumentNullException.ThrowIfNull(pause);
        return Pause is not { } before ? this with { Pause = pause }
            : pause.Strangers.Except(before.Strangers).Any()
                ? this with { Pause = before with { Reason = pause.Reason, Strangers = [.. before.Strangers.Union(pause.Strangers)] } }
                : this;
    }

    /// <summary>Not paused, and these strangers hold their accounts back until they are acknowledged or gone.</summary>
    public PauseState Holding(IEnumerable<string> strangers)
    {
        var held = Held.Union(strangers.Where(stranger => !Acknowledged.Contains(stranger)));
        return held.Count == Held.Count ? this : this with { Held = held };
    }

    /// <summary>Resumed: the strangers of the pause, and those that hold an account back, are known from now on.</summary>
    public PauseState Resumed() => Pause is null && Held.IsEmpty ? this : this with
    {
        Pause = null,
        Acknowledged = Acknowledged.Union(Held).Union(Pause?.Strangers ?? []),
        Held = [],
    };
}
