using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Storage;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Checks;

public sealed class CheckEndpointTests
{
    private static readonly DateTimeOffset Past = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checks_of_the_server_and_of_Nomad_are_one_list_newest_first()
    {
        await using var server = await RunningServer.StartDevAsync();
        var group = (await server.AddGroupAsync()).Json.GetProperty("id").GetGuid();
        await server.Store.KeepCheckAsync(
            new()
            {
                Id = new SystemRandomSource().NextId(),
                Group = new(group),
                Where = "client-7",
                Allocation = "3f2a91bc-0000-4000-8000-000000000000",
                DueAt = Past,
                StartedAt = Past.AddSeconds(1.5),
                Duration = TimeSpan.FromMilliseconds(250),
                Outcome = CheckOutcome.Idle,
                ExitCode = 0,
                Reason = "3 wanted, 3 running: nothing to do",
            },
            Cancel);
        await server.Client.CheckGroupAsync("shop", Cancel);

        var answer = (await server.GetAsync("/v1/groups/shop/checks")).Good(200);

        var items = answer.Json.GetProperty("items");
        Assert.Equal(2, items.GetArrayLength());
        Assert.Equal("acted", items[0].GetProperty("outcome").GetString());
        Assert.Equal("3 wanted, 0 running: launch 3", items[0].GetProperty("reason").GetString());
        Assert.Equal(
            """
            {"where":"client-7","allocation":"3f2a91bc-0000-4000-8000-000000000000","due_at":"2020-01-02T03:04:05+00:00",
            "started_at":"2020-01-02T03:04:06.5+00:00","lateness_ms":1500,"duration_ms":250,"outcome":"idle","exit_code":0,
            "reason":"3 wanted, 3 running: nothing to do"}
            """.ReplaceLineEndings(""),
            items[1].GetRawText());
        Assert.Single((await server.Client.ListChecksAsync(group.ToString(), 1, Cancel)).Items);
    }

    [Fact]
    public async Task A_check_that_nobody_could_make_is_told_with_its_reason()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        server.Weather.Pages = new() { Refusal = new(Core.Clouds.CloudErrorKind.Unavailable, "the cloud is away", null) };
        await server.PostAsync("/v1/groups/shop/check", "");

        var run = Assert.Single((await server.Client.ListChecksAsync("shop", 10, Cancel)).Items);

        Assert.Contains("the cloud is away", run.Reason, StringComparison.Ordinal);
        Assert.Equal("failed", run.Outcome);
        Assert.Null(run.DueAt);
        Assert.Null(run.LatenessMs);
        Assert.Null(run.ExitCode);
    }

    [Fact]
    public async Task A_check_that_broke_off_is_told_as_one()
    {
        await using var server = await RunningServer.StartDevAsync();
        var group = new GroupId((await server.AddGroupAsync()).Json.GetProperty("id").GetGuid());
        server.Faults.Fault = new StoreException(StoreErrorKind.Unavailable, "the store is away");
        await Assert.ThrowsAsync<StoreException>(() => server.Pulse.CheckAsync(group, Cancel));
        server.Faults.Fault = null;

        var run = Assert.Single((await server.Client.ListChecksAsync("shop", 10, Cancel)).Items);

        Assert.Equal("broke_off", run.Outcome);
        Assert.Equal("the store is away", run.Reason);
    }

    [Fact]
    public async Task A_group_that_was_never_checked_has_an_empty_list_and_one_that_is_not_there_none()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();

        Assert.Empty((await server.Client.ListChecksAsync("shop", 10, Cancel)).Items);
        (await server.GetAsync("/v1/groups/none/checks")).Problem(404, "group_not_found");
        (await server.GetAsync("/v1/groups/shop/checks?limit=0")).Problem(400, "invalid_input", "limit");
    }
}
