using Microsoft.Extensions.Time.Testing;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
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
    private readonly FakeTimeProvider _timeProvider = new(Some.Start);
    private readonly RecordingPulse _pulse = new();
    private readonly SweepKey _sweep = new(new(new Some().Id()), "sim");
    private readonly GroupId _group = new(new Some().Id());
    private readonly TaskPermits _permits;

    public TaskPermitsTests()
    {
        var traits = new CloudTraits
        {
            PageSize = 3, LaunchTokens = true, GroupFilter = true, Watches = false, ListingLagMax = TimeSpan.Zero, ReadsPerSecond = 1,
            WritesPerSecond = 1, Burst = 1,
        };
        var cloud = new SimulatedCloud("sim", traits, new TurningWeather(), _timeProvider);
        var governed = new GovernedCloud(
            cloud, new CallGovernor("sim", new(PerSecond: 1, Burst: 1), new(PerSecond: 1, Burst: 1), _timeProvider));
        _permits = new(new CloudShelf(new CloudEntry("sim", "simulated", governed)), _pulse, _timeProvider);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_permit_that_is_only_waited_for_uses_up_no_urgent_call()
    {
        Assert.True((await PermitAsync(Cancel)).IsGranted);
        Assert.Equal([true], _pulse.Urgent);

        using var enough = new CancellationTokenSource();
        var waiting = PermitAsync(enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal([true, false], _pulse.Urgent);

        var granted = PermitAsync(Cancel);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.1));
        Assert.True((await granted).IsGranted);
        Assert.Equal([true, false, true], _pulse.Urgent);
    }

    private Task<PermitAnswer> PermitAsync(CancellationToken cancellationToken) =>
        _permits.AcquireAsync(_sweep, _group, new() { Kind = CallKind.Write, Told = new() }, cancellationToken);
}
