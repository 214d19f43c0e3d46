using Microsoft.Extensions.Time.Testing;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote.Wire;
using Muster.Server.Tasks;
using Muster.Server.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Server.Tests.Tasks;

/// <summary>Which permits use up what a user's change has of calls that come first.</summary>
public sealed class TaskPermitsTests
{
    private readonly FakeTimeProvider time = new(Some.Start);
    private readonly RecordingPulse pulse = new();
    private readonly SweepKey sweep = new(new(new Some().Id()), "sim");
    private readonly GroupId group = new(new Some().Id());
    private readonly TaskPermits permits;

    public TaskPermitsTests()
    {
        var traits = new CloudTraits
        {
            PageSize = 3, LaunchTokens = true, GroupFilter = true, Watches = false, ListingLagMax = TimeSpan.Zero, ReadsPerSecond = 1, WritesPerSecond = 1, Burst = 1,
        };
        var cloud = new SimulatedCloud("sim", traits, new TurningWeather(), time);
        var governed = new GovernedCloud(cloud, new CallGovernor("sim", new(PerSecond: 1, Burst: 1), new(PerSecond: 1, Burst: 1), time));
        permits = new(new CloudShelf(new CloudEntry("sim", "simulated", governed)), pulse, time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_permit_that_is_only_waited_for_uses_up_no_urgent_call()
    {
        Assert.True((await PermitAsync(Cancel)).IsGranted);
        Assert.Equal([true], pulse.Urgent);

        using var enough = new CancellationTokenSource();
        var waiting = PermitAsync(enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal([true, false], pulse.Urgent);

        var granted = PermitAsync(Cancel);
        time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.True((await granted).IsGranted);
        Assert.Equal([true, false, true], pulse.Urgent);
    }

    private Task<PermitAnswer> PermitAsync(CancellationToken cancellationToken) =>
        permits.AcquireAsync(sweep, group, new() { Kind = CallKind.Write, Told = new() }, cancellationToken);
}
