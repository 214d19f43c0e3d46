using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>The sentences of plans and activities.</summary>
internal static class Words
{
    /// <summary>What is done about a group that is as it should be.</summary>
    public const string NothingToDo = "nothing to do";

    // Nearly every placement of nearly every check stands so: the same few sentences, made once.
    private static readonly string?[] Settled = new string?[1000];

    /// <summary>How a group stands: <c>3 wanted, 2 running, 1 launch pending</c>.</summary>
    /// <param name="level">How many there are to be.</param>
    /// <param name="counts">What was seen.</param>
    /// <param name="then">What is done about it; null to leave that out.</param>
    public static string Standing(int level, InstanceCounts counts, string? then = null) =>
        then == NothingToDo && counts.AllInService && counts.Running == level && level < Settled.Length
            ? Settled[level] ??= Compose(level, counts, then)
            : Compose(level, counts, then);

    /// <summary>The word for a state.</summary>
    public static string Of(InstanceState state) => state switch
    {
        InstanceState.Provisioning => "provisioning",
        InstanceState.Running => "running",
        InstanceState.Stopped => "stopped",
        InstanceState.Failed => "failed",
        InstanceState.Terminating => "terminating",
        InstanceState.Warm => "warm",
        _ => "unknown",
    };

    /// <summary>The state with the cloud's own detail: <c>failed (exited with code 1)</c>.</summary>
    public static string Of(Instance instance) =>
        instance.StateDetail is { Length: > 0 } detail ? $"{Of(instance.State)} ({detail})" : Of(instance.State);

    /// <summary>What a source finds wrong: <c>unhealthy by http (answered 503)</c>.</summary>
    public static string Of(Finding finding) =>
        finding.Detail is { Length: > 0 } detail ? $"unhealthy by {finding.Source} ({detail})"
        : $"unhealthy by {finding.Source}";

    /// <summary>A time of day in UTC: <c>20:45:10 UTC</c>.</summary>
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Compose(int level, InstanceCounts counts, string? then) => string.Create(
        CultureInfo.InvariantCulture,
        $"{level} wanted, {counts.Running} running{More(counts.Unhealthy, "of them unhealthy")}{More(counts.Provisioning, "provisioning")}"
        + $"{More(counts.Pending, counts.Pending == 1 ? "launch pending" : "launches pending")}{More(counts.Dead, "dead")}"
        + $"{More(counts.Draining, "draining")}{More(counts.Terminating, "terminating")}{More(counts.Unknown, "unknown")}"
        + $"{More(counts.Warm, "warm")}{More(counts.Warming, "warming")}{(then is null ? "" : ": ")}{then}");

    private static string More(int count, string what) =>
        count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {count} {what}") : "";
}
