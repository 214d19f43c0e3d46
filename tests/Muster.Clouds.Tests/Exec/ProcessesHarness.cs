using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Conformance;
using Muster.Clouds.Exec;
using Muster.Clouds.Exec.Plugin;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Exec;

/// <summary>The example plugin for processes, in a directory of its own.</summary>
internal sealed class ProcessesHarness : CloudHarness
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-exec-");

    public ProcessesHarness() => Cloud = Opened.Now(() => ExecCloud.OpenAsync(
        new ExecCloudOptions
        {
            Command = [RepositoryRoot.File("examples/clouds/processes")],
            Cloud = "processes",
            Directory = _directory.FullName,
            SearchPath = Environment.GetEnvironmentVariable("PATH")!,
        },
        TimeProvider.System,
        Said.Enqueue, CancellationToken.None));

    public override ICloud Cloud { get; }

    public override IRandomSource Random { get; } = new SystemRandomSource();

    /// <summary>A shell and a handful of jq a call: enough to be many, few enough to be quick.</summary>
    public override int Crowd => 10;

    public System.Collections.Concurrent.ConcurrentQueue<string> Said { get; } = new();

    public override Hand? Killing => (instance, _) => SignalAsync(instance, RealProcesses.Kill);

    public override Hand? Stopping => (instance, _) => SignalAsync(instance, RealProcesses.Term);

    public override Hand? Freezing => (instance, _) => SignalAsync(instance, RealProcesses.Stop);

    public override Hand? Deleting => DeleteAsync;

    public override NoticeHand? GivingNotice => GiveNoticeAsync;

    public override Template GoodTemplate() => Requests.Template("sleep 1000");

    public override Template BadImageTemplate() => Requests.Template("/nowhere/at-all --flag");

    public override async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        RealProcesses.KillAllUnder(_directory.FullName);
        _directory.Delete(recursive: true);
    }

    private Task GiveNoticeAsync(Instance instance, DateTimeOffset leavingAt, CancellationToken cancellationToken)
    {
        NoticeFiles.Put(Path.Combine(_directory.FullName, "instances", instance.Id.Value, "leaving"), leavingAt);
        return Task.CompletedTask;
    }

    private Task DeleteAsync(Instance instance, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(_directory.FullName, "instances", instance.Id.Value);
        RealProcesses.Signal(Pid(instance), RealProcesses.Kill);
        Directory.Delete(directory, recursive: true);
        return Task.CompletedTask;
    }

    private Task SignalAsync(Instance instance, int signal)
    {
        RealProcesses.Signal(Pid(instance), signal);
        return Task.CompletedTask;
    }

    private int Pid(Instance instance) => int.Parse(
        File.ReadAllText(Path.Combine(_directory.FullName, "instances", instance.Id.Value, "pid")), CultureInfo.InvariantCulture);
}
