using Muster.Conformance.Storage;
using Muster.Core.Groups;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

/// <summary>Who may check what. What a program may not check is not there for it.</summary>
public sealed class TaskRightsTests
{
    private static readonly string[] OfGroup =
        ["", "/assignment", "/lease/take", "/lease/renew", "/record", "/permits", "/calls", "/runs"];

    private static readonly string[] OfSweep = ["", "/assignment", "/permits", "/calls"];

    [Fact]
    public async Task A_token_is_for_the_groups_of_its_account_and_no_others()
    {
        await using var bed = await TaskBed.StartAsync();

        (await bed.AskAsync(TaskBed.PathOf(bed.Mine), bed.Token)).Good(200);
        (await bed.AskAsync(TaskBed.SweepOf(bed.Mine), bed.Token)).Good(200);

        await NotThereAsync(bed, bed.Theirs, bed.Token);

        // Nor when the server has been asked for them by somebody who may.
        var others = await bed.Server.AddTokenAsync("theirs", "task", "other");
        (await bed.AskAsync(TaskBed.PathOf(bed.Theirs), others)).Good(200);
        await NotThereAsync(bed, bed.Theirs, bed.Token);
        await NotThereAsync(bed, bed.Mine, others);
    }

    [Fact]
    public async Task An_idle_record_of_anothers_group_refuses_all_of_them()
    {
        await using var bed = await TaskBed.StartAsync();

        var answer = await bed.AskAsync(
            $"/{RemoteProtocol.Path}/idle", bed.Token,
            new([Some.Check(bed.Mine.Id, Some.Start), Some.Check(bed.Theirs.Id, Some.Start)]), RemoteJson.Default.IdleRecords);

        answer.Problem(404, "group_not_found");
        Assert.Null((await bed.FoundAsync(bed.Mine)).State.CheckedAt);
        Assert.Null((await bed.FoundAsync(bed.Theirs)).State.CheckedAt);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("operate")]
    [InlineData("admin")]
    public async Task No_other_role_may_be_a_task(string role)
    {
        await using var bed = await TaskBed.StartAsync();
        var token = await bed.Server.AddTokenAsync("person", role);

        foreach (var path in Paths(bed.Mine).Append($"/{RemoteProtocol.Path}/time").Append($"/{RemoteProtocol.Path}/idle"))
        {
            var problem = (await bed.AskAsync(path, token, "{}")).Problem(403, "forbidden");
            Assert.Contains($"role {role}", problem.Detail, StringComparison.Ordinal);
        }

        Assert.Empty(bed.Access.Asked);
    }

    [Fact]
    public async Task The_role_of_a_task_may_do_nothing_else()
    {
        await using var bed = await TaskBed.StartAsync();
        var group = $"/v1/groups/{bed.Mine.Id}";
        (string Method, string Path)[] requests =
        [
            ("GET", "/v1/groups"), ("GET", group), ("GET", $"{group}/plan"), ("GET", $"{group}/checks"), ("GET", $"{group}/activities"),
            ("POST", "/v1/groups"), ("PATCH", group), ("DELETE", group), ("PUT", $"{group}/capacity"), ("POST", $"{group}/check"),
            ("POST", $"{group}/suspend"), ("POST", $"{group}/resume"), ("GET", "/v1/templates"), ("POST", "/v1/templates"),
            ("GET", "/v1/tokens"), ("POST", "/v1/tokens"), ("GET", "/v1/events"), ("GET", "/v1/clouds"), ("GET", "/v1/status"),
            ("GET", "/metrics"),
        ];

        foreach (var (method, path) in requests)
        {
            var body = method is "GET" or "DELETE" ? null : "{}";
            (await bed.Server.SendAsync(method, path, body, headers: ("Authorization", $"Bearer {bed.Token}"))).Problem(403, "forbidden");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ey.not.known")]
    [InlineData("mst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Nobody_gets_nothing(string? token)
    {
        await using var bed = await TaskBed.StartAsync(knowsWorkloads: true);

        foreach (var path in Paths(bed.Mine))
        {
            (await bed.AskAsync(path, token, "{}")).Problem(401, "unauthenticated");
        }

        Assert.Empty(bed.Access.Asked);
    }

    [Fact]
    public async Task A_program_for_one_group_may_check_that_group_alone()
    {
        await using var bed = await TaskBed.StartAsync(knowsWorkloads: true);
        bed.Workloads!.Add("ey.one", bed.Mine.Id);
        var sibling = await bed.AddGroupAsync("default");

        (await bed.AskAsync(TaskBed.PathOf(bed.Mine), "ey.one")).Good(200);
        await NotThereAsync(bed, sibling, "ey.one");
        await NotThereAsync(bed, bed.Mine, "ey.one", OfSweep.Select(rest => TaskBed.SweepOf(bed.Mine, rest)), "cloud_not_found");
    }

    [Fact]
    public async Task A_program_for_a_sweep_may_check_the_sweeps_groups_alone()
    {
        await using var bed = await TaskBed.StartAsync(knowsWorkloads: true);
        bed.Workloads!.Add("ey.sweep", new Core.Storage.SweepKey(bed.Mine.Account, "sim"));
        var elsewhere = await bed.AddGroupAsync("default", cloud: "other");

        (await bed.AskAsync(TaskBed.PathOf(bed.Mine), "ey.sweep")).Good(200);
        Assert.Equal(
            bed.Mine.Id.ToString(),
            (await bed.AskAsync(TaskBed.SweepOf(bed.Mine), "ey.sweep"))
                .Good(200).Json
                .GetProperty("groups")[0]
                .GetProperty("group")
                .GetProperty("id")
                .GetString());
        await NotThereAsync(bed, elsewhere, "ey.sweep", OfGroup.Select(rest => TaskBed.PathOf(elsewhere, rest)), "group_not_found");
        await NotThereAsync(bed, bed.Theirs, "ey.sweep");
    }

    [Fact]
    public async Task A_program_that_cannot_be_known_now_is_told_to_come_again()
    {
        await using var bed = await TaskBed.StartAsync(knowsWorkloads: true);
        bed.Workloads!.Add("ey.one", bed.Mine.Id);
        bed.Workloads.IsAway = true;

        var answer = await bed.AskAsync(TaskBed.PathOf(bed.Mine), "ey.one");

        answer.Problem(503, "identity_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_token_works_beside_programs_that_are_known_otherwise()
    {
        await using var bed = await TaskBed.StartAsync(knowsWorkloads: true);

        (await bed.AskAsync(TaskBed.PathOf(bed.Mine), bed.Token)).Good(200);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("00000000-0000-4000-8000-000000000000")]
    [InlineData("%20")]
    [InlineData("..%2fmine")]
    public async Task There_is_no_group_that_is_none(string id)
    {
        await using var bed = await TaskBed.StartAsync();

        (await bed.AskAsync($"/{RemoteProtocol.Path}/groups/{id}", bed.Token)).Problem(404, "group_not_found");
    }

    private static IEnumerable<string> Paths(Group group) =>
        [.. OfGroup.Select(rest => TaskBed.PathOf(group, rest)), .. OfSweep.Select(rest => TaskBed.SweepOf(group, rest))];

    private static async Task NotThereAsync(TaskBed bed, Group group, string token)
    {
        await NotThereAsync(bed, group, token, OfGroup.Select(rest => TaskBed.PathOf(group, rest)), "group_not_found");
        if (group.Account != bed.Mine.Account || token.StartsWith("mst_", StringComparison.Ordinal))
        {
            await NotThereAsync(bed, group, token, OfSweep.Select(rest => TaskBed.SweepOf(group, rest)), "cloud_not_found");
        }
    }

    private static async Task NotThereAsync(TaskBed bed, Group group, string token, IEnumerable<string> paths, string code)
    {
        foreach (var path in paths)
        {
            (await bed.AskAsync(path, token, "{}")).Problem(404, code);
        }

        Assert.Equal(0, (await bed.FoundAsync(group)).State.Fence);
        Assert.Empty(bed.Access.Asked);
    }
}
