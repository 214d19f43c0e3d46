using Muster.Conformance.Storage;
using Muster.Core.Storage;

namespace Muster.Server.Tests.Tasks;

public sealed class RemoteLeases : LeaseConformance<RemoteHarness>;

public sealed class RemoteSpends : SpendConformance<RemoteHarness>;

public sealed class RemotePauses : PauseConformance<RemoteHarness>;

public sealed class RemoteSweeps : SweepConformance<RemoteHarness>;

public sealed class RemoteRecords : RecordConformance<RemoteHarness>
{
    /// <summary>A check elsewhere acts in nobody else's name.</summary>
    protected override string Author => "muster";
}

public sealed class RemoteIdleRecords : IdleRecordConformance<RemoteHarness>
{
    /// <summary>A check elsewhere acts in nobody else's name.</summary>
    protected override string Author => "muster";

    /// <summary>Groups are never forgotten: one that is not known is one that the program may not check.</summary>
    [Fact]
    public override async Task A_group_that_nobody_knows_is_passed_over()
    {
        var unknown = A.Group(await AddTemplateAsync());

        await RefusedAsync(
            StoreErrorKind.NotFound, () => Store.RecordIdleAsync([Some.Check(unknown.Id, Start, A.NoOp(unknown, Start))], Cancellation));
    }

    [Fact]
    public async Task More_than_go_into_one_request_are_recorded_all_in_order()
    {
        var template = await AddTemplateAsync();
        var groups = new List<Core.Groups.Group>();
        for (var i = 0; i < 250; i++)
        {
            groups.Add(await AddGroupAsync(template));
        }

        var kept = await Store.RecordIdleAsync(
            [.. groups.Select(group => Some.Check(group.Id, Start, A.NoOp(group, Start)))], Cancellation);

        Assert.Equal(groups.Select(group => group.Id), kept.Select(activity => activity.Group));
        Assert.All(await Store.LoadSweepAsync(new(Owner.Id, "local"), Cancellation), found => Assert.Equal(Start, found.State.CheckedAt));
    }

    [Fact]
    public async Task The_clock_is_the_stores()
    {
        var before = TimeProvider.System.GetUtcNow();

        var now = await Store.ReadTimeAsync(Cancellation);

        Assert.InRange(now, before, TimeProvider.System.GetUtcNow());
    }
}
