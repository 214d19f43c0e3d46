using System.Collections.Immutable;

using Muster.Conformance.Storage;
using Muster.Core.Activities;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

/// <summary>Whoever checks a group may look at all of its clouds, and at no others.</summary>
public sealed class TaskCloudsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_assignment_opens_every_cloud_of_the_group()
    {
        await using var bed = await TaskBed.StartAsync();
        bed.Access.Clouds.Add("triton");
        var group = await AddSpreadAsync(bed, "sim", "triton", "nowhere");
        using var connection = bed.Connect();

        var assignment = await connection.AssignmentAsync(group.Id, Cancel);

        // One that cannot be opened keeps none of the others from being looked at.
        Assert.Equal("sim", assignment.Cloud!.Name);
        Assert.Equal(["triton"], assignment.OtherClouds!.Value.Select(access => access.Name));
        Same.As(await bed.FoundAsync(group), Assert.Single(assignment.Groups));
    }

    [Fact]
    public async Task An_assignment_of_a_group_on_one_cloud_says_nothing_of_others()
    {
        await using var bed = await TaskBed.StartAsync();

        var answer = (await bed.AskAsync(TaskBed.PathOf(bed.Mine, "/assignment"), bed.Token)).Good(200);

        Assert.DoesNotContain("other_clouds", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("placement_templates", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_to_call_is_for_the_cloud_that_is_named_if_it_is_the_groups()
    {
        await using var bed = await TaskBed.StartAsync();
        var group = await AddSpreadAsync(bed, "triton", "sim");

        Assert.Contains("\"is_granted\":true", (await PermitAsync(bed, group, "sim")).Good(200).Body, StringComparison.Ordinal);
        (await PermitAsync(bed, group, cloud: null)).Problem(404, "cloud_not_found");
        var problem = (await PermitAsync(bed, group, "lxd")).Problem(400, "invalid_input");
        Assert.Contains("one of the group's clouds: triton, sim", problem.Detail, StringComparison.Ordinal);

        (await HearAsync(bed, group, "sim")).Good(200);
        (await HearAsync(bed, group, "lxd")).Problem(400, "invalid_input");
    }

    [Fact]
    public async Task A_cloud_that_the_group_came_to_have_is_known_at_once()
    {
        await using var bed = await TaskBed.StartAsync();
        var group = await bed.AddGroupAsync("default", cloud: "triton");
        (await PermitAsync(bed, group, "sim")).Problem(400, "invalid_input");
        var more = await AddTemplateAsync(bed, group, "sim");

        await ChangeAsync(bed, group with
        {
            Layout = new()
            {
                Placements = [new() { Name = "a", Template = group.Template }, new() { Name = "b", Template = more.Id }],
            },
        });

        (await PermitAsync(bed, group, "sim")).Good(200);
    }

    [Fact]
    public async Task A_group_that_moved_is_for_the_program_of_its_new_sweep()
    {
        await using var bed = await TaskBed.StartAsync(knowsWorkloads: true);
        bed.Workloads!.Add("ey.sim", new SweepKey(bed.Mine.Account, "sim"));
        bed.Workloads.Add("ey.triton", new SweepKey(bed.Mine.Account, "triton"));
        (await HearAsync(bed, bed.Mine, cloud: null, "ey.sim")).Good(200);
        (await HearAsync(bed, bed.Mine, cloud: null, "ey.triton")).Problem(404, "group_not_found");

        await ChangeAsync(bed, bed.Mine with { Template = (await AddTemplateAsync(bed, bed.Mine, "triton")).Id });

        (await bed.AskAsync(TaskBed.PathOf(bed.Mine), "ey.triton")).Good(200);
        (await HearAsync(bed, bed.Mine, cloud: null, "ey.sim")).Problem(404, "group_not_found");
    }

    [Fact]
    public async Task A_sweep_s_program_gets_no_other_cloud_of_a_group_than_the_sweep_s_and_the_group_s_own_gets_all()
    {
        await using var bed = await TaskBed.StartAsync(knowsWorkloads: true);
        bed.Access.Clouds.Add("triton");
        var group = await AddSpreadAsync(bed, "sim", "triton");
        bed.Workloads!.Add("ey.sweep", new SweepKey(group.Account, "sim"));
        bed.Workloads.Add("ey.group", group.Id);

        var swept = (await bed.AskAsync(TaskBed.PathOf(group, "/assignment"), "ey.sweep")).Good(200);
        var alone = (await bed.AskAsync(TaskBed.PathOf(group, "/assignment"), "ey.group")).Good(200);

        Assert.DoesNotContain("other_clouds", swept.Body, StringComparison.Ordinal);
        Assert.Contains("other_clouds", alone.Body, StringComparison.Ordinal);
        var problem = (await HearAsync(bed, group, "triton", "ey.sweep")).Problem(400, "invalid_input");
        Assert.EndsWith("one of the group's clouds: sim", problem.Detail, StringComparison.Ordinal);
        (await PermitAsync(bed, group, "triton", "ey.sweep")).Problem(400, "invalid_input");
        (await HearAsync(bed, group, "sim", "ey.sweep")).Good(200);
        (await PermitAsync(bed, group, "sim", "ey.sweep")).Good(200);
        (await PermitAsync(bed, group, "sim", "ey.group")).Good(200);
    }

    private static Task<Answer> PermitAsync(TaskBed bed, Group group, string? cloud, string? token = null) => bed.AskAsync(
        TaskBed.PathOf(group, "/permits"),
        token ?? bed.Token,
        new() { Kind = CallKind.Read, Cloud = cloud, Told = new() },
        RemoteJson.Default.PermitRequest);

    private static Task<Answer> HearAsync(TaskBed bed, Group group, string? cloud, string? token = null) => bed.AskAsync(
        TaskBed.PathOf(group, "/calls"), token ?? bed.Token, new() { Cloud = cloud, Answered = true }, RemoteJson.Default.CallsTold);

    private static async Task<Group> AddSpreadAsync(TaskBed bed, params ImmutableArray<string> clouds)
    {
        var templates = ImmutableArray.CreateBuilder<Template>();
        foreach (var cloud in clouds)
        {
            templates.Add(await AddTemplateAsync(bed, bed.Mine, cloud));
        }

        var group = bed.A.Group(templates[0]) with { Layout = Some.Layout([.. templates]) };
        await bed.Server.Memory.AddGroupAsync(group, bed.A.Activity(group, ActivityType.Change, "created"), Cancel);
        return group;
    }

    private static async Task<Template> AddTemplateAsync(TaskBed bed, Group like, string cloud)
    {
        var template = bed.A.Template(like.Account, cloud: cloud);
        await bed.Server.Memory.AddTemplateAsync(template, Cancel);
        return template;
    }

    private static Task ChangeAsync(TaskBed bed, Group changed)
    {
        var next = changed with { Revision = changed.Revision + 1, Version = changed.Version + 1 };
        return bed.Server.Memory.UpdateGroupAsync(next, bed.A.Activity(next, ActivityType.Change, "changed"), Cancel);
    }
}
