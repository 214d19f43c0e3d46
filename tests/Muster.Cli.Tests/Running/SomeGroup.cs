using Muster.Api.Groups;

namespace Muster.Cli.Tests.Running;

/// <summary>A group as a server shows it, for tests of how it is told.</summary>
internal static class SomeGroup
{
    public static GroupView View(string name, int running, int level) => new()
    {
        Id = Guid.Empty,
        Name = name,
        TemplateId = Guid.Empty,
        Capacity = new() { Desired = level, Min = 0, Max = Math.Max(5, level) },
        IntervalS = 60,
        ScaleIn = "oldest",
        Brakes = new()
        {
            LaunchesInFlightMax = 1, LaunchesPerCheckMax = 1, TerminationsPerCheckMax = 1, LaunchesPerHourMax = 1,
            TerminationsPerHourMax = 1,
        },
        Suspended = [],
        Phase = "active",
        Status = new()
        {
            Level = level,
            Running = running,
            InService = running,
            Unhealthy = 0,
            Provisioning = 0,
            Pending = 0,
            Dead = 0,
            Terminating = 0,
            Unknown = 0,
            Condition = "healthy",
            Reason = "as a test says",
            CheckedAt = DateTimeOffset.UnixEpoch,
        },
        Version = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
