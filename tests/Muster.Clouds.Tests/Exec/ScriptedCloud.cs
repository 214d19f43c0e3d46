using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Clouds.Exec;
using Muster.Clouds.Exec.Plugin;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Exec;

/// <summary>A cloud behind a few lines of shell: how plugins go wrong.</summary>
internal sealed class ScriptedCloud : IAsyncDisposable
{
    public const string Describes = """case $1 in describe) echo '{"contract":1,"launch_tokens":true}'; exit;; esac""";

    public const string Instance =
        """{"id":"i-1","name":"web","state":"running","created_at":"2026-01-01T00:00:00Z","tags":{}}""";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-script-");

    /// <param name="script">What runs; <c>$1</c> is the operation. It describes itself unless it begins with <c>#</c>.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="time">The clock of time-outs.</param>
    public ScriptedCloud(string script, Action<ExecCloudOptions>? configure = null, TimeProvider? time = null)
    {
        var path = Path.Combine(_directory.FullName, "plugin.sh");
        File.WriteAllText(path, script.StartsWith('#') ? script : $"{Describes}\n{script}");
        var options = new ExecCloudOptions
        {
            Command = ["/bin/sh", path],
            Cloud = "mine",
            Directory = _directory.FullName,
            SearchPath = Environment.GetEnvironmentVariable("PATH")!,
        };
        configure?.Invoke(options);
        try
        {
            Cloud = Opened.Now(() => ExecCloud.OpenAsync(options, time ?? TimeProvider.System, Said.Enqueue, CancellationToken.None));
        }
        catch
        {
            _directory.Delete(recursive: true);
            throw;
        }
    }

    public ICloud Cloud { get; }

    /// <summary>What went to the log.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    /// <summary>The working directory.</summary>
    public string WorkingDirectory => _directory.FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<Instance> LaunchAsync() => Cloud.LaunchAsync(Requests.Make("image"), Cancellation);

    public async Task<ImmutableArray<Instance>> ListAsync()
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in Cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            instances.AddRange(page.Instances);
        }

        return instances.ToImmutable();
    }

    public string ReadFile(string name) => File.ReadAllText(Path.Combine(_directory.FullName, name));

    public async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        RealProcesses.KillAllUnder(_directory.FullName);
        _directory.Delete(recursive: true);
    }
}
