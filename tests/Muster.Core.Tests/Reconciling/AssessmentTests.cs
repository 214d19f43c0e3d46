using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Reconciling;

public sealed class AssessmentTests
{
    [Fact]
    public async Task A_termination_of_unknown_outcome_that_did_not_happen_is_told_when_the_plan_decides_anew()
    {
        var before = await AssessAsync(orderedAgo: ReconcilerOptions.UntoldPatience - TimeSpan.FromSeconds(1));
        var after = await AssessAsync(orderedAgo: ReconcilerOptions.UntoldPatience);

        Assert.Single(before.State.RecentTerminations);
        Assert.Empty(before.Activities);
        var remembered = Assert.Single(after.State.RecentTerminations);
        Assert.Equal((1, false), (remembered.Failures, remembered.IsUnderWay));
        Assert.Equal(after.Decision.Input.Now, remembered.RetryAt);
        var told = Assert.Single(after.Activities);
        Assert.Equal((ActivityType.Terminate, ActivityStatus.Ambiguous), (told.Type, told.Status));
        Assert.Equal("terminate web-1: outcome unknown, and it is still listed: 1 too many", told.Description);
    }

    [Theory]
    [InlineData(InstanceState.Terminating, false, "terminate sim-1: it is terminating, whether by this order is not known: 1 too many")]
    [InlineData(null, false, "terminate sim-1: it is gone, whether by this order is not known: 1 too many")]
    [InlineData(null, true, "terminate sim-1: it is gone, it did not end at first: 1 too many")]
    public async Task What_became_of_a_termination_is_told_as_the_listing_shows_it(InstanceState? state, bool isTold, string words)
    {
        var assessment = await AssessAsync(TimeSpan.FromSeconds(1), state, isTold);

        var told = Assert.Single(assessment.Activities);
        Assert.Equal((ActivityType.Terminate, ActivityStatus.Succeeded, words), (told.Type, told.Status, told.Description));
        Assert.True(Assert.Single(assessment.State.RecentTerminations).IsTold);
    }

    private static async Task<Assessment> AssessAsync(
        TimeSpan orderedAgo, InstanceState? lives = InstanceState.Running, bool isTold = false)
    {
        var cloud = new SimulatedCloud("sim", EngineBed.Traits, new FairWeather(), TimeProvider.System);
        var instance = cloud.Place("web-1", Some.Instance(1).Tags, new LifeEvent(TimeSpan.Zero, lives));
        var observation = await Observation.MakeAsync(
            cloud, new InstanceFilter(Some.Installation), TimeProvider.System, TestContext.Current.CancellationToken);
        var state = Some.State() with
        {
            RecentTerminations = [new(instance.Id, observation.StartedAt - orderedAgo, "1 too many", isTold) { Failures = isTold ? 1 : 0 }],
        };
        return Assessment.Make(
            new(Some.Group(1), Some.Template(), state, []),
            _ => EngineBed.Traits,
            observation,
            lookedAgain: false,
            observation.StartedAt,
            new ReconcilerOptions(),
            new SystemRandomSource());
    }
}
