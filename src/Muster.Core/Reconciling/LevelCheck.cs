using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Planning;
using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// The acting half of one level check, under the group's lease: makes sure (<see cref="SecondLook"/>), acts (<see cref="TerminateCalls"/>
/// and <see cref="LaunchCalls"/>, side by side), decides again from what was done, and closes with what that says
/// (<see cref="CheckClosing"/>).
/// </summary>
/// <remarks>Whatever a crash loses between two steps is found again by the next check.</remarks>
internal sealed class LevelCheck(
    Assessor assessor,
    ICheckStore store,
    TimeProvider timeProvider,
    IRandomSource random,
    ILaunchIdentities identities,
    GroupClouds clouds,
    LeaseKeeper keeper,
    Action decided,
    CancellationToken stopping)
{
    /// <summary>Runs it; null when the group lives no more, so that there is nothing to tell.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<CheckReport?> RunAsync(GroupRecord planned, Assessment first, CancellationToken cancellationToken)
    {
        var look = new SecondLook(assessor, store, clouds, planned);
        Assessment? assessment;
        try
        {
            assessment = await look.MakeSureAsync(first, cancellationToken);
        }
        catch (CloudException error)
        {
            return await CloseBlindAsync(look.Record, new(error, "cannot look again", IsLook: true));
        }

        if (assessment is null)
        {
            await store.RecordAndReleaseAsync(keeper.Lease, new() { State = look.Record.State }, CancellationToken.None);
            return null;
        }

        return await ActAsync(look.Record, assessment, cancellationToken);
    }

    private async Task<CheckReport> ActAsync(GroupRecord record, Assessment planned, CancellationToken cancellationToken)
    {
        var (decision, reserved) = await ReserveFirstAsync(planned, cancellationToken);
        var assessment = ReferenceEquals(decision, planned.Decision) ? planned : planned with { Decision = decision };
        var now = timeProvider.GetUtcNow();
        var stops = new CheckStops(keeper, record.Group.Version, stopping);
        var victims = Victim.Of(assessment.Plan, record);
        var spent = TerminateCalls.Written(assessment.State, victims, now);
        spent = MemberDeeds.Written(spent, assessment.Plan, record, now);
        spent = assessment.Plan.Moves == 0 ? spent : spent with
        {
            Moved = spent.Moved.Add(assessment.Plan.Moves, now),
            Moving = spent.Moving + assessment.Plan.Moves,
        };
        spent = reserved is { } granted ? spent with { SpendPerHour = granted } : spent;
        var journal = new CheckJournal(store, keeper.Lease, spent, random);
        var ends = new TerminateCalls(
            record.Group, clouds, journal, stops, victims, assessment.State.RecentTerminations, now, timeProvider, random);
        var orders = PowerOrder.Of(assessment.Plan, record);
        var power = new PowerCalls(
            store.Installation, record.Group, clouds, journal, stops, orders, assessment.State.Members, now, timeProvider, random);
        var launches = new LaunchCalls(store, timeProvider, random, identities, clouds, keeper, stops, journal, record, assessment);
        try
        {
            // Spent, and written down who is to end, before the first call: a crash must not give it back. What the looks showed has
            // happened: it goes with the next write if this one fails.
            journal.Post(
                assessment.ChangedLaunches,
                [.. assessment.Activities, .. MemberDeeds.Tell(assessment.Plan, record, random, now)],
                state => state);
            await journal.WriteAsync([], [], state => state);

            // Who drains is to begin with it now, and not after the last launch of this check.
            decided();
            await Task.WhenAll(
                ends.RunAsync(cancellationToken),
                power.RunAsync(cancellationToken),
                launches.RunAsync(assessment.Plan, cancellationToken));
            if (record.IsSpread)
            {
                await SpillAsync(assessment, journal, ends, power, launches, stops, cancellationToken);
            }
        }
        catch (StoreException error) when (error.Kind is not StoreErrorKind.Fenced)
        {
            await TakeBackAsync(journal, power.WithoutUntried(ends.WithoutUntried(journal.State)));
            throw;
        }

        var closing = CheckClosing.Of(
            record,
            assessment,
            DeedsOf(assessment, journal, ends, power, launches),
            stops,
            timeProvider.GetUtcNow(),
            random);
        await journal.CloseAsync(closing.Activities, closing.State, closing.ArchivedAt);
        return closing.Report(record.Group, assessment.Plan, journal.Recorded);
    }

    /// <summary>
    /// Launches elsewhere what a placement refused, at once: each round is planned from what was done, and there is another one only if
    /// one more placement refused.
    /// </summary>
    private async Task SpillAsync(
        Assessment assessment,
        CheckJournal journal,
        TerminateCalls ends,
        PowerCalls power,
        LaunchCalls launches,
        CheckStops stops,
        CancellationToken cancellationToken)
    {
        for (var refused = 0; stops.Refused.Length > refused && !stops.IsOver;)
        {
            refused = stops.Refused.Length;

            // What is still on its way to the store has what was set aside before in it, and would undo what is set aside now.
            await journal.DrainAsync();
            var (rest, reserved) = await ReserveAsync(
                DeedsOf(assessment, journal, ends, power, launches).Decide(assessment, timeProvider.GetUtcNow()), cancellationToken);
            if (reserved is { } granted)
            {
                await journal.WriteAsync([], [], state => state with { SpendPerHour = granted });
            }

            if (rest.Plan.LevelLaunches == 0)
            {
                return;
            }

            // What a warm pool gives and gets, the next check does: that plan may start one, and fill its place again.
            await launches.RunAsync(rest.Plan, cancellationToken, forLevelAlone: true);
        }
    }

    /// <summary>The first time; what the store fails ends the check, with what its looks showed.</summary>
    private async Task<(Decision Decision, decimal? Granted)> ReserveFirstAsync(Assessment planned, CancellationToken cancellationToken)
    {
        try
        {
            return await ReserveAsync(planned.Decision, cancellationToken);
        }
        catch (StoreException error) when (error.Kind is not StoreErrorKind.Fenced)
        {
            var journal = new CheckJournal(store, keeper.Lease, planned.State, random);
            journal.Keep(planned.ChangedLaunches, planned.Activities);
            await TakeBackAsync(journal, planned.State);
            throw;
        }
    }

    /// <summary>
    /// Where the account limits what is spent, sets aside what the launches cost before the first is made, and plans again what that
    /// leaves: another group may have been faster. No plan launches more than is set aside for it, also where there is more by now.
    /// </summary>
    /// <returns>What holds now, and what the group may come to cost; null where nobody asked.</returns>
    private async Task<(Decision Decision, decimal? Granted)> ReserveAsync(Decision decision, CancellationToken cancellationToken)
    {
        var (input, plan) = (decision.Input, decision.Plan);
        if (input.Account is null || plan.Launches == 0)
        {
            return (decision, null);
        }

        var held = Budget.Bounded(Budget.CostOf(plan, withLaunches: false));
        var wanted = Budget.Bounded(Budget.CostOf(plan, withLaunches: true));
        var grant = await store.ReserveSpendAsync(keeper.Lease, held, wanted, cancellationToken);
        return grant is { Granted: var granted } && grant.Account == input.Account && granted >= wanted
            ? (decision, granted)
            : (Decision.Make(input with { Account = grant?.Account, SetAside = grant?.Granted }), grant?.Granted);
    }

    private static CheckDeeds DeedsOf(
        Assessment assessment, CheckJournal journal, TerminateCalls ends, PowerCalls power, LaunchCalls launches) => new()
    {
        State = power.WithoutUntried(ends.WithoutUntried(journal.State)),
        OpenLaunches = launches.Open,
        Begun = launches.Begun,
        Done = launches.Made + ends.Taken + MemberDeeds.Count(assessment.Plan),
        AnyEndFailed = ends.AnyFailed || power.AnyFailed,
    };

    /// <summary>
    /// Ends a check that the store failed: instances whose end was written down and never asked for live and count, and
    /// the lease need not run out.
    /// </summary>
    private static async Task TakeBackAsync(CheckJournal journal, GroupState final)
    {
        try
        {
            await journal.CloseAsync([], final, archivedAt: null);
        }
        catch (StoreException)
        {
            // Tried once: the failure before it is the one to tell. The lease runs out by itself, and the next check finds
            // out what became of each.
        }
    }

    /// <summary>Ends a check that could not look again: what was so stands, and why nothing was done is told.</summary>
    private async Task<CheckReport> CloseBlindAsync(GroupRecord record, CheckFailure failure)
    {
        var now = timeProvider.GetUtcNow();
        var final = Conclusion.Failed(record, record.State, failure, now, random);
        var told = ActivityWriter.Make(record.Group, random, ActivityType.Error, ActivityStatus.Failed, failure.Words, now);
        var kept = await store.RecordAndReleaseAsync(keeper.Lease, new() { State = final, Activities = [told] }, CancellationToken.None);
        return CheckReport.Of(record.Group, CheckOutcome.Failed, plan: null, final, kept) with { FailedBy = failure.Error.Kind };
    }
}
