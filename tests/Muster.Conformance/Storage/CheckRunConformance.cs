using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>The history of checks.</summary>
public abstract class CheckRunConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task A_run_comes_back_whole()
    {
        var group = await AddGroupAsync();
        var run = A.FullRun(group);
        Same.EnsureFilled(run);

        await Store.KeepCheckAsync(run, Cancellation);

        Same.As(run, Assert.Single(await ListAsync(group)));
    }

    [Fact]
    public async Task A_run_that_broke_off_comes_back_without_an_outcome()
    {
        var group = await AddGroupAsync();
        var run = A.Run(group) with { Outcome = null };

        await Store.KeepCheckAsync(run, Cancellation);

        Same.As(run, Assert.Single(await ListAsync(group)));
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_whatever_order_they_came_in()
    {
        var group = await AddGroupAsync();
        var (first, second, third) = (A.Run(group), A.Run(group, Start.AddMinutes(1)), A.Run(group, Start.AddMinutes(2)));

        await KeepAsync(second, third, first);

        Same.AsEach([third, second, first], await ListAsync(group));
        Same.AsEach([third, second], await ListAsync(group, limit: 2));
    }

    [Fact]
    public async Task Runs_that_started_at_one_instant_have_one_order()
    {
        var group = await AddGroupAsync();
        var runs = Enumerable.Range(0, 5).Select(_ => A.Run(group)).ToArray();
        await KeepAsync(runs);

        Same.AsEach(runs.OrderByDescending(run => run.Id), await ListAsync(group));
    }

    [Fact]
    public async Task A_report_that_is_delivered_twice_is_kept_once_and_as_it_was_first()
    {
        var group = await AddGroupAsync();
        var run = A.Run(group);

        await KeepAsync(run, run with { Reason = "another story" });

        Same.As(run, Assert.Single(await ListAsync(group)));
    }

    [Fact]
    public async Task Only_the_newest_are_kept_and_those_of_other_groups_are_left_alone()
    {
        var (group, other) = (await AddGroupAsync(), await AddGroupAsync());
        var theirs = A.Run(other);
        await Store.KeepCheckAsync(theirs, Cancellation);
        var runs = Enumerable.Range(0, CheckRun.KeptMax + 7).Select(i => A.Run(group, Start.AddMinutes(i))).ToArray();

        await KeepAsync(runs);

        Same.AsEach(runs.Reverse().Take(CheckRun.KeptMax), await ListAsync(group, int.MaxValue));
        Same.As(theirs, Assert.Single(await ListAsync(other)));
    }

    [Fact]
    public async Task A_late_report_takes_the_place_of_an_older_run_only()
    {
        var group = await AddGroupAsync();
        var runs = Enumerable.Range(0, CheckRun.KeptMax).Select(i => A.Run(group, Start.AddMinutes(2 * i))).ToArray();
        await KeepAsync(runs);
        var late = A.Run(group, Start.AddMinutes(3));

        await KeepAsync(late, A.Run(group, Start.AddMinutes(-1)), late);

        Same.AsEach(runs.Skip(1).Append(late).OrderByDescending(run => run.StartedAt), await ListAsync(group, int.MaxValue));
    }

    [Fact]
    public async Task Of_many_that_report_at_once_none_is_lost()
    {
        var group = await AddGroupAsync();
        var runs = Enumerable.Range(0, 12).Select(i => A.Run(group, Start.AddSeconds(i))).ToArray();

        await Task.WhenAll(runs.Select(run => Task.Run(() => Store.KeepCheckAsync(run, Cancellation), Cancellation)));

        Same.AsEach(runs.Reverse(), await ListAsync(group));
    }

    [Fact]
    public async Task A_run_of_no_group_is_refused()
    {
        var unknown = A.Group(await AddTemplateAsync());

        await RefusedAsync(StoreErrorKind.NotFound, () => Store.KeepCheckAsync(A.Run(unknown), Cancellation));

        Assert.Empty(await ListAsync(unknown));
    }

    [Fact]
    public async Task An_archived_group_keeps_its_last_runs_and_takes_the_one_that_was_under_way()
    {
        var group = await AddGroupAsync();
        var (before, underWay) = (A.Run(group), A.Run(group, Start.AddMinutes(1)));
        await Store.KeepCheckAsync(before, Cancellation);
        await ArchiveGroupAsync(group);

        await Store.KeepCheckAsync(underWay, Cancellation);

        Same.AsEach([underWay, before], await ListAsync(group));
    }

    private async Task KeepAsync(params CheckRun[] runs)
    {
        foreach (var run in runs)
        {
            await Store.KeepCheckAsync(run, Cancellation);
        }
    }

    private async Task<IEnumerable<CheckRun>> ListAsync(Group group, int limit = CheckRun.KeptMax) =>
        await Store.ListChecksAsync(group.Id, limit, Cancellation);
}
