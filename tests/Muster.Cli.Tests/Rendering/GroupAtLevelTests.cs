using Muster.Api.Groups;

namespace Muster.Cli.Tests.Rendering;

/// <summary>What <c>muster group wait</c> and Terraform take for done.</summary>
public sealed class GroupAtLevelTests
{
    [Fact]
    public void A_group_is_at_its_level_when_nothing_is_missing_on_its_way_or_left_over()
    {
        var view = new GroupView
        {
            Id = Guid.Empty,
            Name = "web",
            TemplateId = Guid.Empty,
            Capacity = new() { Desired = 2, Min = 0, Max = 5 },
            IntervalS = 60,
            ScaleIn = "oldest",
            Brakes = new()
            {
                LaunchesInFlightMax = 1, LaunchesPerCheckMax = 1, TerminationsPerCheckMax = 1, LaunchesPerHourMax = 1, TerminationsPerHourMax = 1,
            },
            Suspended = [],
            Phase = "active",
            Status = new()
            {
                Level = 2,
                Running = 2,
                Provisioning = 0,
                Pending = 0,
                Dead = 0,
                Terminating = 0,
                Unknown = 0,
                Condition = "healthy",
                Reason = "2 wanted, 2 running: nothing to do",
                CheckedAt = DateTimeOffset.UnixEpoch,
            },
            Version = 1,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };

        Assert.True(view.IsAtLevel());
        Assert.False((view with { Status = view.Status with { Running = 3 } }).IsAtLevel());
        Assert.False((view with { Status = view.Status with { Pending = 1 } }).IsAtLevel());
        Assert.False((view with { Status = view.Status with { Dead = 1 } }).IsAtLevel());

        // Told to end, and nobody knows yet that it does.
        Assert.False((view with { Status = view.Status with { Terminating = 1 } }).IsAtLevel());
    }
}
