using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// The acting stage's orders to rest and to start: written down all together before the first call (<see cref="MemberDeeds"/>), then each
/// told on its own.
/// </summary>
/// <param name="installation">Whose instances they must be.</param>
/// <param name="group">Whose instances.</param>
/// <param name="clouds">Where.</param>
/// <param name="journal">Where outcomes are written.</param>
/// <param name="stops">What stops the check.</param>
/// <param name="orders">Who is told what.</param>
/// <param name="before">What was remembered of members before they were written down.</param>
/// <param name="writtenAt">When they were.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For ids.</param>
internal sealed class PowerCalls(
    InstallationId installation,
    Group group,
    GroupClouds clouds,
    CheckJournal journal,
    CheckStops stops,
    ImmutableArray<PowerOrder> orders,
    ImmutableArray<Member> before,
    DateTimeOffset writtenAt,
    TimeProvider timeProvider,
    IRandomSource random)
{
    private readonly WrittenOrders<PowerOrder> _orders = new(orders, order => order.Cloud, clouds, stops);

    /// <summary>Whether an order was refused, or had no answer.</summary>
    public bool AnyFailed => _orders.AnyFailed;

    /// <summary>Makes the calls, until something stops them.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _orders.RunAsync(
        (order, cloud) => order.IsStart
            ? cloud.StartPermittedAsync(installation, order.Instance.Id, cancellationToken)
            : cloud.RestPermittedAsync(installation, order.Instance.Id, PoolRules.MannerOf(group.Pool), cancellationToken),
        OnTaken,
        OnFailed,
        cancellationToken);

    /// <summary>The state without what was written down and then never tried: those rest, or run, as they did.</summary>
    public GroupState WithoutUntried(GroupState state) => _orders.Untried.Aggregate(
        state, (current, order) => GivenBack(Changed(current, order, _ => EarlierOf(order)), order));

    private void OnTaken(PowerOrder order)
    {
        journal.Post(
            [],
            [Tell(order, ActivityStatus.Succeeded, $"{(order.IsStart ? "started" : "put to rest")} {order.Instance.Name}: {order.Reason}")],
            state => order.IsStart ? Awaited(state, order) : state);
    }

    private void OnFailed(PowerOrder order, CloudException error)
    {
        var now = timeProvider.GetUtcNow();
        var words = $"{FailureReaction.WordsOfTermination(error.Kind)}: {error.Message}";
        stops.OnTerminationFailed(order.Cloud, new(error, $"{order.Words} {order.Instance.Name}"));
        var isUnknown = error.Kind is CloudErrorKind.Ambiguous;
        journal.Post(
            [],
            [Tell(order, isUnknown ? ActivityStatus.Ambiguous : ActivityStatus.Failed, $"{order.Words} {order.Instance.Name}: {words}")],
            state => isUnknown && order.IsStart

                // It may start: it is on its way up until a listing that must show that does not.
                ? Awaited(state, order)

                // One that was to rest is told again all the same; one that surely did not start rests, and another may be started for it.
                : Changed(state, order, member => member is null ? null : AfterRefusal(order, member, error, now)));
    }

    /// <summary>
    /// What is remembered after an order that had no effect. What its cloud refuses to everybody, or just now, never ends an instance
    /// alone; of one that is told to rest once more, the order itself has counted.
    /// </summary>
    private static Member AfterRefusal(PowerOrder order, Member member, CloudException error, DateTimeOffset now)
    {
        var next = PoolReading.Back(member, now, error.RetryAfter ?? default);
        var reaction = FailureReaction.To(error.Kind);
        return !order.IsStart ? next with { Failures = member.Failures }
            : reaction.IsAboutCloud || reaction.IsWantOfRoom
                ? next with { Failures = Math.Max(member.Failures, Math.Min(next.Failures, Pooling.FailuresMax - 1)) }
            : next;
    }

    private Activity Tell(PowerOrder order, ActivityStatus status, string description) => ActivityWriter.Make(
        group, random, ActivityType.Hold, status, description, timeProvider.GetUtcNow(), order.Instance.Id);

    /// <summary>From the answer on the time counts within which a listing may show it at rest: the call may have taken long.</summary>
    private GroupState Awaited(GroupState state, PowerOrder order)
    {
        var due = PoolReading.StartDue(timeProvider.GetUtcNow(), order.ListingLagMax, isAnswered: true);
        return Changed(state, order, member => member is null ? null : member with { RetryAt = due });
    }

    /// <summary>One that was to rest from service was spent as an end.</summary>
    private GroupState GivenBack(GroupState state, PowerOrder order) =>
        order.IsSpent ? state with { Terminated = state.Terminated.GiveBack(writtenAt) } : state;

    private Member? EarlierOf(PowerOrder order) => before.FirstOrDefault(order.Is);

    private static GroupState Changed(GroupState state, PowerOrder order, Func<Member?, Member?> change)
    {
        var known = state.Members.FirstOrDefault(order.Is);
        var next = change(known);
        return state with
        {
            Members = next is null ? state.Members.RemoveAll(order.Is) : [.. state.Members.Where(one => !order.Is(one)), next],
        };
    }
}

/// <summary>One instance of a warm pool that is told to rest, or to start.</summary>
/// <param name="Instance">Which, as it was seen.</param>
/// <param name="IsStart">Whether it is to start; else it is to rest.</param>
/// <param name="Reason">Why.</param>
/// <param name="Cloud">Where it is.</param>
/// <param name="Kept">The cloud as it is written down; null of a group that lives on one.</param>
/// <param name="Home">The cloud of what was written down without one.</param>
/// <param name="ListingLagMax">How far that cloud's listing may lag behind the truth.</param>
internal sealed record PowerOrder(
    Instance Instance, bool IsStart, string Reason, string Cloud, string? Kept, string Home, TimeSpan ListingLagMax)
{
    /// <summary>Whether it is spent as an end, when it is written down: it served until then.</summary>
    public bool IsSpent { get; private init; }

    /// <summary>What it is told, in words.</summary>
    public string Words => IsStart ? "start" : "put to rest";

    /// <summary>The orders of a plan.</summary>
    public static ImmutableArray<PowerOrder> Of(Plan plan, GroupRecord record)
    {
        var orders = ImmutableArray.CreateBuilder<PowerOrder>();
        foreach (var part in plan.Slices)
        {
            foreach (var action in part.Actions)
            {
                if (action is PlannedAction.Start { IsResting: true } start)
                {
                    Add(start.Instance, true, action.Reason, isSpent: false);
                }
                else if (action is PlannedAction.Rest rest)
                {
                    Add(rest.Instance, false, action.Reason, rest is { IsFromService: true, IsDrained: false });
                }
            }

            void Add(Instance instance, bool isStart, string reason, bool isSpent) => orders.Add(new(
                instance,
                isStart,
                record.ReasonIn(part.Placement, reason),
                part.Placement.Cloud,
                record.IsSpread ? part.Placement.Cloud : null,
                record.Template.Cloud,
                part.Slice.ListingLagMax)
            {
                IsSpent = isSpent,
            });
        }

        return orders.DrainToImmutable();
    }

    /// <summary>Whether that is remembered of it.</summary>
    public bool Is(Member member) => member.Instance == Instance.Id && (Kept is null || (member.Cloud ?? Home) == Cloud);
}
