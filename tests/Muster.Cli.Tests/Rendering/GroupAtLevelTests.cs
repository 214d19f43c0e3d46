using Muster.Api.Groups;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Rendering;

/// <summary>What <c>muster group wait</c> and Terraform take for done.</summary>
public sealed class GroupAtLevelTests
{
    [Fact]
    public void A_group_is_at_its_level_when_nothing_is_missing_on_its_way_or_left_over()
    {
        var view = SomeGroup.View("web", running: 2, level: 2);

        Assert.True(view.IsAtLevel());
        Assert.False((view with { Status = view.Status with { Running = 3 } }).IsAtLevel());
        Assert.False((view with { Status = view.Status with { Pending = 1 } }).IsAtLevel());
        Assert.False((view with { Status = view.Status with { Dead = 1 } }).IsAtLevel());

        // Changed, or said of one of its instances, since it was checked: all of that may be of before.
        Assert.False((view with { Status = view.Status with { IsBehind = true } }).IsAtLevel());
        Assert.False((view with { UpdatedAt = view.Status.CheckedAt!.Value.AddSeconds(1) }).IsAtLevel());

        // Up, and nobody is sent there.
        Assert.False((view with { Status = view.Status with { Unreached = "traffic source edge: no backend web" } }).IsAtLevel());

        // Told to end, and nobody knows yet that it does.
        Assert.False((view with { Status = view.Status with { Terminating = 1 } }).IsAtLevel());
    }
}
