using System.Collections.Concurrent;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Many at once: nothing is lost, nothing is half there.</summary>
public abstract class ConcurrencyConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    private const int Writers = 8;
    private const int RecordsEach = 25;

    [Fact]
    public async Task A_reader_that_remembers_its_position_misses_nothing_while_many_write()
    {
        var groups = await AddGroupsAsync(Writers);
        var written = new ConcurrentBag<ActivityId>();
        var writing = Task.WhenAll(groups.Select(group => Task.Run(() => WriteAsync(group, written), Cancellation)));
        var read = new List<Activity>();
        var position = 0L;
        bool done;
        do
        {
            // Asked before the read: what is written after the last read would otherwise be missed by the test itself.
            done = writing.IsCompleted;
            var news = await Store.ReadActivitiesAsync(Owner.Id, position, 7, Cancellation);
            read.AddRange(news);
            position = news.IsEmpty ? position : news[^1].Position;
            done &= news.IsEmpty;
            await Task.Yield();
        }
        while (!done);

        await writing;
        Assert.Equal(read.Select(activity => activity.Position).Distinct().Order(), read.Select(activity => activity.Position));
        Assert.Superset(written.ToHashSet(), read.Select(activity => activity.Id).ToHashSet());
        Assert.Equal(await Store.LastPositionAsync(Owner.Id, Cancellation), position);
        foreach (var group in groups)
        {
            var last = read.FindLast(activity => activity.Group == group.Id)!;
            Same.As((await TrailAsync(group))[0], last);
        }
    }

    [Fact]
    public async Task Of_many_who_keep_one_group_or_template_at_once_one_is_told_that_it_did()
    {
        var template = A.Template(Owner.Id);
        var templates = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => Store.AddTemplateAsync(template, Cancellation), Cancellation)));
        var group = A.Group(template);
        var activity = A.Activity(group, ActivityType.Change, "created");
        var groups = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => Store.AddGroupAsync(group, activity, Cancellation), Cancellation)));

        Assert.Single(templates, isNew => isNew);
        Assert.Single(groups, isNew => isNew);
        Assert.Single(await TrailAsync(group));
    }

    [Fact]
    public async Task Positions_are_never_given_twice()
    {
        var groups = await AddGroupsAsync(Writers);
        var before = await Store.LastPositionAsync(Owner.Id, Cancellation);

        var kept = await Task.WhenAll(groups.Select(group => Task.Run(() => WriteAsync(group, []), Cancellation)));

        var positions = kept.SelectMany(each => each).Select(activity => activity.Position).Order().ToArray();
        Assert.Equal(Enumerable.Range(1, positions.Length).Select(i => before + i), positions);
    }

    [Fact]
    public async Task A_look_never_sees_half_a_record()
    {
        var groups = await AddGroupsAsync(2);
        var writing = Task.WhenAll(groups.Select(group => Task.Run(() => WriteAsync(group, []), Cancellation)));
        do
        {
            foreach (var record in await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation))
            {
                // Each record says in its state how many launches it leaves open.
                Assert.Equal(record.State.Counts.Pending, record.OpenLaunches.Length);
            }

            await Task.Yield();
        }
        while (!writing.IsCompleted);

        await writing;
    }

    [Fact]
    public async Task Of_many_who_want_a_name_at_once_exactly_one_gets_it()
    {
        var template = await AddTemplateAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    await AddGroupAsync(template, "wanted");
                    return true;
                }
                catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
                {
                    return false;
                }
            },
            Cancellation)));

        Assert.Single(outcomes, won => won);
    }

    private async Task<Group[]> AddGroupsAsync(int count)
    {
        var template = await AddTemplateAsync();
        var groups = new Group[count];
        for (var i = 0; i < count; i++)
        {
            groups[i] = await AddGroupAsync(template);
        }

        return groups;
    }

    private async Task<List<Activity>> WriteAsync(Group group, ConcurrentBag<ActivityId> written)
    {
        var kept = new List<Activity>();
        var lease = await LeaseAsync(group);
        var launches = new List<Launch>();
        for (var i = 0; i < RecordsEach; i++)
        {
            launches.Add(A.Launch(group, Start.AddSeconds(i)));
            var check = Some.Check(group.Id, Start, A.Activity(group), A.NoOp(group, Start.AddSeconds(i)), A.NoOp(group, Start));
            kept.AddRange(await Store.RecordAsync(
                lease,
                check with
                {
                    State = check.State with { Counts = new() { Pending = launches.Count } },
                    Launches = [launches[^1]],
                },
                Cancellation));
            written.Add(check.Activities[0].Id);
            written.Add(check.Activities[1].Id);
        }

        return kept;
    }
}
