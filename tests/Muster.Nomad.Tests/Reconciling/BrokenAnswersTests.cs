using Muster.Nomad.Client;
using Muster.Nomad.Reconciling;
using Muster.Nomad.Tests.Support;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Nomad.Tests.Reconciling;

/// <summary>A server that loses Nomad, or dies, between any two calls: the next one finds what it left and goes on.</summary>
public sealed class BrokenAnswersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <remarks>
    /// Of several calls in flight, those beside the lost one are given up and may land after the next round's look: each may take a round.
    /// </remarks>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 8)]
    [InlineData(false, 8)]
    public async Task Whichever_call_of_a_round_is_lost_the_next_round_makes_up_for_it(bool isCarriedOut, int callsInFlightMax)
    {
        for (var lost = 1; ; lost++)
        {
            await using var world = await NomadWorld.StartAsync(groups: 3);
            world.Limits.CallsInFlightMax = callsInFlightMax;
            await world.Reconciler.RunAsync(Cancel);
            await SomeGroups.ChangeAsync(
                world.Store,
                SomeGroups.Id(1),
                group => group with { Phase = Core.Groups.GroupPhase.Archived, ArchivedAt = group.UpdatedAt });
            await SomeGroups.ChangeAsync(world.Store, SomeGroups.Id(2), group => group with { Name = "renamed" });
            await world.Client.DeregisterAsync(world.Job(3), purge: true, Cancel);
            var first = world.Nomad.Requests;
            world.Options.Faults = request => request.Number == first + lost ? new NomadFault(0, IsCarriedOut: isCarriedOut) : null;

            await RunAsync(world.Reconciler);
            var calls = world.Nomad.Requests - first;
            world.Options.Faults = _ => null;
            var next = world.NewServer();
            for (var rounds = 0; (await next.RunAsync(Cancel)).Length > 0; rounds++)
            {
                Assert.InRange(rounds, 0, callsInFlightMax - 1);
            }

            Assert.Equal(2, world.Jobs.Count());
            if (lost > calls)
            {
                break;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whichever_call_of_a_hurry_is_lost_trying_again_has_the_group_checked(bool isCarriedOut)
    {
        for (var lost = 1; lost <= 4; lost++)
        {
            await using var world = await NomadWorld.StartAsync(groups: 1);
            var first = world.Nomad.Requests;
            world.Options.Faults = request => request.Number == first + lost ? new NomadFault(0, IsCarriedOut: isCarriedOut) : null;
            var observer = world.Observer;
            world.Limits.RoundEvery = TimeSpan.FromMilliseconds(50);
            var keeper = world.Keeper();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var running = keeper.RunAsync(_ => Task.FromResult(false), stop.Token);

            keeper.Hurry(SomeGroups.Id(1));
            await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs >= 1 && keeper.Hurrying <= 1, Cancel);

            await stop.CancelAsync();
            await running;
            await world.WhenQuietAsync();
            Assert.InRange(world.Nomad.Cluster.Runs, 1, 2);
            Assert.All(observer.Failed, failed => Assert.IsType<NomadException>(failed.Error));
        }
    }

    private static async Task RunAsync(JobReconciler reconciler)
    {
        try
        {
            await reconciler.RunAsync(Cancel);
        }
        catch (NomadException error) when (error.Kind is NomadErrorKind.Unavailable)
        {
            // The round ends there, as it would with the server.
        }
    }
}
