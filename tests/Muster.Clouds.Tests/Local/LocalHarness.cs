using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Local;

/// <summary>A local cloud in a directory of its own, that leaves no process behind.</summary>
internal sealed class LocalHarness : CloudHarness
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-local-");
    private readonly Action<LocalCloudOptions> _configure;
    private readonly TimeProvider _timeProvider;
    private LocalCloud _cloud;

    public LocalHarness(Action<LocalCloudOptions>? configure = null, TimeProvider? timeProvider = null)
    {
        _configure = configure ?? (_ => { });
        _timeProvider = timeProvider ?? TimeProvider.System;
        _cloud = Open();
    }

    public override ICloud Cloud => _cloud;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    public string Root => Path.Combine(_directory.FullName, "local");

    /// <summary>A directory beside the cloud's, for what images write.</summary>
    public string Outside => _directory.FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public override Hand? Killing => KillAsync;

    public override Hand? Stopping => StopAsync;

    public override Hand? Freezing => FreezeAsync;

    public override NoticeHand? GivingNotice => GiveNoticeAsync;

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => LeftoversAsync;

    public override Template GoodTemplate() => Requests.Template("sleep 1000");

    public override Template BadImageTemplate() => Requests.Template("/nowhere/at-all --flag");

    public Task<Instance> LaunchAsync(string image) => Cloud.LaunchAsync(Requests.Make(image), Cancellation);

    public Task<Instance> LaunchAsync(Template template) => Cloud.LaunchAsync(Requests.Make(template), Cancellation);

    public Task TerminateAsync(Instance instance) => Cloud.TerminateAsync(instance.Id, Cancellation);

    public Task<Instance[]> ListAsync() => ListAsync(Cloud);

    public static async Task<Instance[]> ListAsync(ICloud cloud)
    {
        var listed = new List<Instance>();
        await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

    public async Task<Instance?> FindAsync(InstanceId id) => (await ListAsync()).SingleOrDefault(instance => instance.Id == id);

    public async Task<Instance> WaitForAsync(InstanceId id, InstanceState state)
    {
        Instance? found = null;
        await Wait.UntilAsync($"{id} is {state}", async () => (found = await FindAsync(id))?.State == state);
        return found!;
    }

    public Task WaitForGoneAsync(InstanceId id) => Wait.UntilAsync($"{id} is gone", async () => await FindAsync(id) is null);

    /// <summary>The whole text of an instance's standard output, once it has <paramref name="lines"/> lines.</summary>
    public static async Task<string> OutputAsync(Instance instance, int lines = 1)
    {
        var text = "";
        await Wait.UntilAsync($"{instance.Id} has written {lines} lines", async () =>
        {
            text = await File.ReadAllTextAsync(instance.Attributes["log"], Cancellation);
            return text.Count(c => c == '\n') >= lines;
        });
        return text;
    }

    /// <summary>Opens the same directory once more, as another Muster process would.</summary>
    public LocalCloud Open()
    {
        var options = new LocalCloudOptions { Directory = Root, StopGrace = TimeSpan.FromSeconds(5) };
        _configure(options);
        return LocalCloud.Open(options, _timeProvider, new SystemRandomSource());
    }

    /// <summary>What a restart of the server does.</summary>
    public async Task ReopenAsync()
    {
        await _cloud.DisposeAsync();
        _cloud = Open();
    }

    public Task KillAsync(Instance instance, CancellationToken cancellationToken)
    {
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Kill);
        return Task.CompletedTask;
    }

    private Task StopAsync(Instance instance, CancellationToken cancellationToken)
    {
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Term);
        return Task.CompletedTask;
    }

    private Task FreezeAsync(Instance instance, CancellationToken cancellationToken)
    {
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Stop);
        return Task.CompletedTask;
    }

    private Task GiveNoticeAsync(Instance instance, DateTimeOffset leavingAt, CancellationToken cancellationToken)
    {
        NoticeFiles.Put(Path.Combine(instance.Attributes["directory"], "leaving"), leavingAt);
        return Task.CompletedTask;
    }

    private Task<ImmutableArray<string>> LeftoversAsync(InstallationId installation, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<string>>([.. Directory.EnumerateDirectories(Path.Combine(Root, "instances"))]);

    public override async ValueTask DisposeAsync()
    {
        // Killed first: nothing then keeps the closing waiting.
        RealProcesses.KillAllUnder(Root);
        await _cloud.DisposeAsync();
        RealProcesses.KillAllUnder(Root);
        _directory.Delete(recursive: true);
    }
}
