using System.Globalization;
using System.Text;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>The sentences of plans and activities.</summary>
internal static class Words
{
    /// <summary>How a group stands: <c>3 wanted, 2 running, 1 launch pending</c>.</summary>
    public static string Standing(int level, InstanceCounts counts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{level} wanted, {counts.Running} running");
        Append(text, counts.Provisioning, "provisioning");
        Append(text, counts.Pending, counts.Pending == 1 ? "launch pending" : "launches pending");
        Append(text, counts.Dead, "dead");
        Append(text, counts.Terminating, "terminating");
        Append(text, counts.Unknown, "unknown");
        return text.ToString();
    }

    /// <summary>The word for a state.</summary>
    public static string Of(InstanceState state) => state switch
    {
        InstanceState.Provisioning => "provisioning",
        InstanceState.Running => "running",
        InstanceState.Stopped => "stopped",
        InstanceState.Failed => "failed",
        InstanceState.Terminating => "terminating",
        _ => "unknown",
    };

    /// <summary>The state with the cloud's own detail: <c>failed (exited with code 1)</c>.</summary>
    public static string Of(Instance instance) =>
        instance.StateDetail is { Length: > 0 } detail ? $"{Of(instance.State)} ({detail})" : Of(instance.State);

    /// <summary>What a source finds wrong: <c>unhealthy by http (answered 503)</c>.</summary>
    public static string Of(Finding finding) =>
        finding.Detail is { Length: > 0 } detail ? $"unhealthy by {finding.Source} ({detail})" : $"unhealthy by {finding.Source}";

    /// <summary>A time of day in UTC: <c>20:45:10 UTC</c>.</summary>
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder text, int count, string what)
    {
        if (count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {count} {what}");
        }
    }
}
