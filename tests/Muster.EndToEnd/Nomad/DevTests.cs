using Muster.Api.Client;
using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary><c>muster dev --simulate nomad</c>: what people try Nomad with who have none.</summary>
public sealed class DevTests : IAsyncLifetime
{
    private readonly string _data = DevServer.NewData();
    private readonly ServerProcess _server;
    private readonly MusterClient _client;

    public DevTests()
    {
        var port = Ports.Next();
        _server = new(port, ["dev", "--simulate", "nomad", "--listen", $"127.0.0.1:{port}", "--data", _data]);
        _client = new(new($"http://127.0.0.1:{port}"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<string> Logged() => Task.FromResult(_server.Log);

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Processes.KillAllOf(_data);
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_group_comes_up_and_goes_by_tasks_of_the_pretended_Nomad()
    {
        await _client.CreateTemplateAsync(
            new() { Name = "sleeper", Cloud = "local", Image = "sleep 1000" }, cancellationToken: Cancellation);
        await _client.CreateGroupAsync(
            new() { Name = "web", Template = "sleeper", Capacity = new() { Desired = 2 }, IntervalS = 3600 },
            cancellationToken: Cancellation);
        await Patiently.UntilAsync(
            async () => (await _client.GetGroupAsync("web", Cancellation)).Status.Running == 2, "two run", more: Logged);

        // A task hands its report in after what it did.
        await Patiently.UntilAsync(
            async () => (await _client.ListChecksAsync("web", 20, Cancellation)).Items.Any(
                run => run is { Where: "node-1", Outcome: "acted", ExitCode: 0 }),
            "the task's report", more: Logged);

        // That the last instance is gone is seen by a check that follows, long before the next tick.
        await _client.DeleteGroupAsync("web", cancellationToken: Cancellation);
        await Patiently.UntilAsync(
            async () => (await _client.ListGroupsAsync(cancellationToken: Cancellation)).Items.Count == 0,
            "the group is gone",
            more: Logged);
    }
}
