using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Sweeps: which there are, and what belongs to each.</summary>
public abstract class SweepConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task An_empty_store_has_no_sweep()
    {
        await AddTemplateAsync();

        Assert.Empty(await Store.ListSweepsAsync(Cancellation));
        Assert.Empty(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation));
    }

    [Fact]
    public async Task There_is_one_sweep_for_each_account_and_cloud_that_a_living_group_has()
    {
        var other = await AddAccountAsync();
        var local = await AddTemplateAsync(cloud: "local");
        await AddGroupAsync(local);
        await AddGroupAsync(local);
        await UpdateGroupAsync(await AddGroupAsync(await AddTemplateAsync(cloud: "triton")) with { Phase = GroupPhase.Draining });
        await AddGroupAsync(await AddTemplateAsync(cloud: "local", owner: other));
        await ArchiveGroupAsync(await AddGroupAsync(await AddTemplateAsync(cloud: "gone")));

        var sweeps = await Store.ListSweepsAsync(Cancellation);

        Assert.Equal(3, sweeps.Length);
        Assert.Equal(
            [new(Owner.Id, "local"), new(Owner.Id, "triton"), new(other.Id, "local")], sweeps.Select(share => share.Sweep).ToHashSet());
    }

    [Fact]
    public async Task Every_sweep_of_many_accounts_and_clouds_is_listed_once()
    {
        var expected = new HashSet<SweepKey>();
        for (var i = 0; i < 4; i++)
        {
            var account = await AddAccountAsync();
            foreach (var cloud in new[] { "a", "B", "local", "local-2", "Z" }[i..])
            {
                var template = await AddTemplateAsync(cloud: cloud, owner: account);
                await AddGroupAsync(template);
                await AddGroupAsync(template);
                expected.Add(new(account.Id, cloud));
            }
        }

        var sweeps = await Store.ListSweepsAsync(Cancellation);

        Assert.Equal(expected.Count, sweeps.Length);
        Assert.Equal(
            expected.OrderBy(sweep => sweep.Account.Value).ThenBy(sweep => sweep.Cloud, StringComparer.Ordinal),
            sweeps.Select(share => share.Sweep));
    }

    [Fact]
    public async Task A_sweep_holds_all_living_groups_of_its_account_and_cloud_by_id_and_no_other()
    {
        var one = await AddTemplateAsync();
        var two = await AddTemplateAsync();
        Group[] wanted = [await AddGroupAsync(one), await AddGroupAsync(two), await AddGroupAsync(one), await AddGroupAsync(two)];
        wanted[0] = await UpdateGroupAsync(wanted[0] with { Phase = GroupPhase.Draining });
        await AddGroupAsync(await AddTemplateAsync(cloud: "triton"));
        await AddGroupAsync(await AddTemplateAsync(owner: await AddAccountAsync()));
        await ArchiveGroupAsync(await AddGroupAsync(one));

        var sweep = await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation);

        var expected = wanted.OrderBy(group => group.Id.Value)
            .Select(group => new GroupRecord(group, group.Template == one.Id ? one : two, new() { Group = group.Id }, []));
        Same.AsEach(expected, sweep);
    }

    [Fact]
    public async Task Each_group_comes_with_its_own_state_and_open_launches_in_order()
    {
        var template = A.FullTemplate(Owner.Id) with { Cloud = "local" };
        await Store.AddTemplateAsync(template, Cancellation);
        var group = await AddGroupAsync(A.FullGroup(template));
        var quiet = await AddGroupAsync(template);
        var lease = await LeaseAsync(group);
        Launch[] open =
        [
            A.FullLaunch(group) with { CreatedAt = Start.AddMicroseconds(2) },
            A.FullLaunch(group) with { CreatedAt = Start.AddMicroseconds(1), Phase = LaunchPhase.Accepted },
            A.FullLaunch(group) with { CreatedAt = Start.AddMicroseconds(1), Phase = LaunchPhase.Intended },
            A.FullLaunch(group) with { CreatedAt = Start.AddMicroseconds(3) },
        ];
        LaunchPhase[] closing = [LaunchPhase.Settled, LaunchPhase.DiedYoung, LaunchPhase.Failed, LaunchPhase.Expired];
        var closed = closing.Select(phase => A.FullLaunch(group) with { Phase = phase });
        var record = new CheckRecord { State = Some.FullState(group.Id, lease.Fence), Launches = [.. open, .. closed] };
        await Store.RecordAsync(lease, record, Cancellation);

        var sweep = await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation);

        var expected = new GroupRecord(
            group,
            template,
            record.State,
            [.. open.OrderBy(launch => launch.CreatedAt)
                .ThenBy(launch => launch.Id.Value)
                .Select(launch => launch with { Cloud = "local" })])
        {
            PlacementTemplates = [template],
        };
        Same.As(expected, sweep.Single(found => found.Group.Id == group.Id));
        Same.As(expected, await FoundAsync(group));
        Assert.Empty(sweep.Single(found => found.Group.Id == quiet.Id).OpenLaunches);
    }

    [Fact]
    public async Task A_group_moves_to_the_sweep_of_its_new_templates_cloud()
    {
        var group = await AddGroupAsync(await AddTemplateAsync(cloud: "local"));

        await RemadeAsync(group, await AddTemplateAsync(cloud: "triton"));

        Assert.Equal([new(Owner.Id, "triton")], (await Store.ListSweepsAsync(Cancellation)).Select(share => share.Sweep));
        Assert.Empty(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation));
        Assert.Single(await Store.LoadSweepAsync(new(Owner.Id, "triton"), Cancellation));
    }
}
