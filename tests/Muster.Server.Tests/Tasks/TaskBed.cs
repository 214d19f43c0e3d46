using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

/// <summary>A server that hands level checks out, with a group of the account <c>default</c> and one of <c>other</c>.</summary>
internal sealed class TaskBed : IAsyncDisposable
{
    private TaskBed(RunningServer server, GrantedAccess access, KnownWorkloads? workloads) =>
        (Server, Access, Workloads) = (server, access, workloads);

    public RunningServer Server { get; }

    public GrantedAccess Access { get; }

    public KnownWorkloads? Workloads { get; }

    public Some A { get; } = new();

    /// <summary>The token of role <c>task</c> of the account <c>default</c>.</summary>
    public string Token { get; private set; } = null!;

    public Group Mine { get; private set; } = null!;

    public Group Theirs { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TaskBed> StartAsync(bool knowsWorkloads = false, TimeProvider? governorTime = null)
    {
        var (access, workloads) = (new GrantedAccess(), knowsWorkloads ? new KnownWorkloads() : null);
        var bed = new TaskBed(await RunningServer.StartWithTasksAsync(access, workloads, governorTime), access, workloads);
        bed.Token = await bed.Server.AddTokenAsync("runner", "task");
        bed.Mine = await bed.AddGroupAsync("default");
        bed.Theirs = await bed.AddGroupAsync("other");
        return bed;
    }

    public async Task<Group> AddGroupAsync(string account, string cloud = "sim")
    {
        var owner = await Server.Memory.EnsureAccountAsync(A.Account(account), Cancel);
        var template = A.Template(owner.Id, cloud: cloud);
        await Server.Memory.AddTemplateAsync(template, Cancel);
        var group = A.Group(template);
        await Server.Memory.AddGroupAsync(group, A.Activity(group, Core.Activities.ActivityType.Change, "created"), Cancel);
        return group;
    }

    /// <summary>A group is gone, and its account with it from the cloud.</summary>
    public Task LeaveAsync(Group group)
    {
        var archived = group with { Phase = GroupPhase.Archived, ArchivedAt = Some.Start, Version = group.Version + 1 };
        return Server.Memory.UpdateGroupAsync(archived, A.Activity(archived, Core.Activities.ActivityType.Change, "archived"), Cancel);
    }

    public static string PathOf(Group group, string rest = "") => $"/{RemoteProtocol.Path}/groups/{group.Id}{rest}";

    public static string SweepOf(Group group, string rest = "") => $"/{RemoteProtocol.Path}/sweeps/{group.Account}/sim{rest}";

    /// <summary>Sends what a task sends.</summary>
    public Task<Answer> AskAsync(string path, string? token, string? body = null, params (string Name, string Value)[] more)
    {
        List<(string, string)> headers = [(RemoteProtocol.VersionHeader, RemoteProtocol.Version), .. more];
        if (token is not null)
        {
            headers.Add(("Authorization", $"Bearer {token}"));
        }

        return Server.SendAsync("POST", path, body, headers: [.. headers]);
    }

    public Task<Answer> AskAsync<T>(string path, string? token, T body, JsonTypeInfo<T> type) =>
        AskAsync(path, token, JsonSerializer.Serialize(body, type));

    public async Task<GroupLease> LeaseAsync(Group group) => (await Server.Memory.TryAcquireLeaseAsync(
        group.Id, "task-1", (await FoundAsync(group)).State.Fence, Some.Start, TimeSpan.FromSeconds(30), Cancel))!;

    public async Task<GroupRecord> FoundAsync(Group group) => (await Server.Memory.FindGroupAsync(group.Id, Cancel))!;

    /// <summary>A connection as a task has it.</summary>
    public RemoteConnection Connect(HttpMessageHandler? handler = null) =>
        new(Server.Address, Token, TimeProvider.System, new SystemRandomSource(), handler);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
