using System.Collections.Immutable;

using CsCheck;

using Muster.Core;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Reconciling;

public sealed class JobPlannerTests
{
    private static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan RunMax = TimeSpan.FromMinutes(5);

    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Int[0, 12].HashSet[0, 8],
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 3], Gen.Bool, Gen.Bool, Gen.Bool).Array[0, 14],
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 2], Gen.Int[0, 600]).Array[0, 60]).Select(Make);

    [Fact]
    public void After_a_plan_is_carried_out_there_is_nothing_left_to_do() => Cases.Sample(given =>
    {
        var after = given.CarriedOut(given.Plan());

        Assert.Empty(after.Plan());
    });

    [Fact]
    public void Every_wanted_job_is_then_there_once_and_no_other() => Cases.Sample(given =>
    {
        var after = given.CarriedOut(given.Plan());

        Assert.Equal(
            given.Wanted.Select(job => job.Key).Order(), after.Seen.Where(job => job.Parent is null).Select(job => job.Key).Order());
        Assert.All(after.Seen.Where(job => job.Parent is null), job => Assert.False(job.IsStopped));
    });

    [Fact]
    public void A_job_that_is_wanted_is_never_without_one_while_the_plan_is_carried_out() => Cases.Sample(given =>
    {
        var live = given.Seen.Where(job => job.Parent is null && !job.IsStopped)
            .Select(job => job.Key)
            .Intersect(given.Wanted.Select(job => job.Key))
            .ToHashSet();
        foreach (var step in Enumerable.Range(1, given.Plan().Length))
        {
            var now = given.CarriedOut([.. given.Plan().Take(step)]).Seen
                .Where(job => job.Parent is null)
                .Select(job => job.Key)
                .ToHashSet();
            Assert.Superset(live, now);
        }
    });

    [Fact]
    public void A_running_check_is_never_ended_before_its_time() => Cases.Sample(given =>
    {
        var touched = given.Plan().Where(action => action is not JobAction.Register).Select(action => action.Id).ToHashSet();

        Assert.All(
            given.Seen.Where(job => job.Parent is not null && job.Status is SeenStatus.Running && Now - job.SubmittedAt <= RunMax),
            child => Assert.DoesNotContain(child.Id, touched));
    });

    [Fact]
    public void The_newest_ended_checks_stay() => Cases.Sample(given =>
    {
        var limits = new JobLimits();
        var purged = given.Plan().OfType<JobAction.Purge>().Select(action => action.Id).ToHashSet();
        foreach (var children in given.Seen.Where(job => job.Parent is not null && job.Status is SeenStatus.Dead)
            .GroupBy(job => job.Key)
            .Where(group => given.Wanted.Any(job => job.Key == group.Key)))
        {
            var kept = children.Where(child => !purged.Contains(child.Id)).ToArray();
            Assert.Equal(Math.Min(limits.ChildrenKept, children.Count()), kept.Length);
            Assert.True(kept.Min(child => child.SubmittedAt) >= children.Where(child => purged.Contains(child.Id))
                .Select(child => child.SubmittedAt)
                .DefaultIfEmpty(DateTimeOffset.MinValue)
                .Max());
        }
    });

    [Theory]
    [InlineData("missing")]
    [InlineData("stopped by somebody")]
    [InlineData("changed by somebody")]
    [InlineData("not known to this server yet")]
    [InlineData("to be changed")]
    public void A_job_that_is_not_what_it_should_be_is_registered_and_told_why(string reason)
    {
        var wanted = SomeJobs.Group(SomeGroups.Id(1));
        var id = JobIds.Make(SomeJobs.Installation, wanted);
        var seen = new SeenJob(
            id,
            wanted.Key,
            Parent: null,
            SeenStatus.Running,
            IsStopped: reason.StartsWith("stopped", StringComparison.Ordinal),
            10,
            20,
            Now);
        var known = new KnownJob(
            id,
            reason == "to be changed" ? wanted with { Name = "other" } : wanted,
            reason.StartsWith("changed", StringComparison.Ordinal) ? 19ul : 20ul);

        var plan = JobPlanner.Plan(
            SomeJobs.Installation,
            [wanted],
            reason == "missing" ? [] : [seen],
            reason.StartsWith("not known", StringComparison.Ordinal)
                ? ImmutableDictionary<JobKey, KnownJob>.Empty
                : ImmutableDictionary<JobKey, KnownJob>.Empty.Add(wanted.Key, known),
            RunMax,
            new(),
            Now);

        var action = Assert.IsType<JobAction.Register>(Assert.Single(plan));
        Assert.Equal(reason, action.Reason);
        Assert.Equal(reason == "missing" ? 0ul : 20ul, action.ModifyIndex);
    }

    private static Case Make(
        HashSet<int> wanted,
        (int Group, int Name, bool IsStopped, bool IsKnown, bool IsCurrent)[] jobs,
        (int Group, int Status, int AgeS)[] children)
    {
        var seen = new Dictionary<string, SeenJob>();
        var known = ImmutableDictionary.CreateBuilder<JobKey, KnownJob>();
        foreach (var (group, name, isStopped, isKnown, isCurrent) in jobs)
        {
            var job = SomeJobs.Group(SomeGroups.Id(group), $"name-{name}");
            var id = JobIds.Make(SomeJobs.Installation, job);
            seen[id] = new(
                id,
                job.Key,
                Parent: null,
                SeenStatus.Running,
                isStopped,
                (ulong)(seen.Count + 1),
                (ulong)(seen.Count + 100),
                Now.AddDays(-1));
            if (isKnown)
            {
                known[job.Key] = new(id, SomeJobs.Group(SomeGroups.Id(group)), isCurrent ? seen[id].ModifyIndex : 1);
            }
        }

        foreach (var (group, status, age) in children)
        {
            var parent = JobIds.Make(SomeJobs.Installation, SomeJobs.Group(SomeGroups.Id(group), "name-0"));
            var at = Now.AddSeconds(-age);
            var id = $"{parent}/periodic-{at.ToUnixTimeSeconds()}";
            seen[id] = new(
                id,
                JobKey.Of(SomeGroups.Id(group)),
                parent,
                (SeenStatus)status,
                IsStopped: false,
                (ulong)(seen.Count + 1),
                (ulong)(seen.Count + 100),
                at);
        }

        return new([.. wanted.Select(number => SomeJobs.Group(SomeGroups.Id(number)))], [.. seen.Values], known.ToImmutable());
    }

    /// <summary>What there must be, what there is, what is known; and a Nomad that does what it is told.</summary>
    private sealed record Case(ImmutableArray<WantedJob> Wanted, ImmutableArray<SeenJob> Seen, ImmutableDictionary<JobKey, KnownJob> Known)
    {
        public ImmutableArray<JobAction> Plan() => JobPlanner.Plan(SomeJobs.Installation, Wanted, Seen, Known, RunMax, new(), Now);

        public Case CarriedOut(ImmutableArray<JobAction> plan)
        {
            var seen = Seen.ToDictionary(job => job.Id);
            var known = Known;
            var index = 1000ul;
            foreach (var action in plan)
            {
                switch (action)
                {
                    case JobAction.Register register:
                        var before = seen.GetValueOrDefault(action.Id);
                        Assert.Equal(before?.ModifyIndex ?? 0, register.ModifyIndex);
                        seen[action.Id] = new(
                            action.Id,
                            register.Job.Key,
                            Parent: null,
                            SeenStatus.Running,
                            IsStopped: false,
                            before?.CreateIndex ?? ++index,
                            ++index,
                            Now);
                        known = known.SetItem(register.Job.Key, new(action.Id, register.Job, index));
                        break;
                    case JobAction.Stop:
                        seen[action.Id] = seen[action.Id] with
                        {
                            Status = SeenStatus.Dead,
                            IsStopped = true,
                            SubmittedAt = Now.AddDays(-2),
                        };
                        break;
                    default:
                        seen.Remove(action.Id);
                        break;
                }
            }

            // A stopped check joins the ended ones: the next plan may purge those that are too many now.
            var settled = new Case(Wanted, [.. seen.Values], known);
            var purges = plan.Any(action => action is JobAction.Stop) ? settled.Plan() : [];
            return purges.IsEmpty || purges.Any(action => action is not JobAction.Purge) ? settled : settled.CarriedOut(purges);
        }
    }
}
