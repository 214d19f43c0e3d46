using System.Net;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Traffic;

namespace Muster.Clouds.Tests.OpenStack.Real;

/// <summary>
/// Members of a pool of the real Octavia, whose amphorae are only written down: its API, its database and its workers are real.
/// </summary>
public sealed class RealOctaviaTests : IDisposable
{
    // Octavia needs a second or two for a change: what never comes is told, and not waited for.
    private readonly CancellationTokenSource _bound =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public RealOctaviaTests() => _bound.CancelAfter(TimeSpan.FromMinutes(3));

    private CancellationToken Cancellation => _bound.Token;

    public void Dispose() => _bound.Dispose();

    [Fact]
    public async Task Members_join_at_once_drain_come_back_and_leave_while_another_s_stays()
    {
        Assert.SkipUnless(RealOpenStackHarness.IsThere, "a real OpenStack has a stage of its own: ./test --openstack");
        await using var harness = new RealOpenStackHarness();
        await using var source = ((IBalancingCloud)harness.Cloud).OpenBalancer(new(TimeSpan.Zero));
        var scope = new TrafficScope(
            new(harness.Random.NextId()), new(harness.Random.NextId()), "web", new() { Source = "lb", Backend = "web", Port = 8080 });
        var members = Enumerable.Range(1, 5).Select(Member).ToArray();
        var foreign = await harness.AddMemberAsync("web", "by-hand", "10.20.1.200", 8080, Cancellation);
        try
        {
            // All at once: Octavia takes one change of a load balancer at a time.
            await Task.WhenAll(members.Select(member => source.JoinAsync(scope, member, Cancellation)));
            await source.JoinAsync(scope, members[0], Cancellation);
            Assert.Equal(5, (await UntilAsync(TrafficState.Joined, 5)).Length);

            while (!(await source.DrainAsync(scope, members[0], Cancellation)).IsEmpty)
            {
                await harness.WaitAsync(Cancellation);
            }

            await UntilAsync(TrafficState.Draining, 1);
            await source.JoinAsync(scope, members[0], Cancellation);
            var entries = await UntilAsync(TrafficState.Joined, 5);

            foreach (var entry in entries)
            {
                await source.LeaveAsync(scope, entry, Cancellation);
                await source.LeaveAsync(scope, entry, Cancellation);
            }

            while (!(await source.ListAsync(scope, [.. members], Cancellation)).IsEmpty)
            {
                await harness.WaitAsync(Cancellation);
            }

            Assert.Equal(["by-hand"], await harness.MembersAsync("web", Cancellation));
        }
        finally
        {
            await harness.RemoveMemberAsync("web", foreign);
        }

        async Task<TrafficEntry[]> UntilAsync(TrafficState state, int count)
        {
            while (true)
            {
                var found = (await source.ListAsync(scope, [.. members], Cancellation)).Where(entry => entry.State == state).ToArray();
                Assert.All(found, entry => Assert.Contains(entry.Member, members));
                if (found.Length == count)
                {
                    return found;
                }

                await harness.WaitAsync(Cancellation);
            }
        }
    }

    [Fact]
    public async Task A_pool_that_is_not_there_is_refused_and_no_other_is_named()
    {
        Assert.SkipUnless(RealOpenStackHarness.IsThere, "a real OpenStack has a stage of its own: ./test --openstack");
        await using var harness = new RealOpenStackHarness();
        await using var source = ((IBalancingCloud)harness.Cloud).OpenBalancer(new(TimeSpan.Zero));
        var scope = new TrafficScope(
            new(harness.Random.NextId()), new(harness.Random.NextId()), "web", new() { Source = "lb", Backend = "wab", Port = 8080 });

        var error = await Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(scope, Member(1), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Equal(
            "backend is 'wab': the project has no such pool: who may see the project lists its pools with "
            + "`openstack loadbalancer pool list`",
            error.Message);
    }

    private static TrafficMember Member(int number) => new(
        "rack",
        new()
        {
            Id = new($"5d1f6c3e-0000-4000-8000-00000000000{number}"),
            Name = $"web-{number}",
            State = Core.Instances.InstanceState.Running,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Tags = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
        },
        new(IPAddress.Parse($"10.20.1.{number}"), 8080));
}
