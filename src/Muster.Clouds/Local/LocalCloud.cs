using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Kit.Usage;
using Muster.Clouds.Local.Cgroups;
using Muster.Clouds.Local.Files;
using Muster.Clouds.Local.Life;
using Muster.Clouds.Local.Native;
using Muster.Clouds.Local.Processes;
using Muster.Clouds.Local.Templates;
using Muster.Clouds.Local.Usage;
using Muster.Clouds.Local.Zones;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Local;

/// <summary>A cloud of this machine: an instance is an operating-system process that outlives the server.</summary>
/// <remarks>
/// Any number of Muster processes may have the same directory open: a server, and <c>muster scale</c> beside it.
/// <c>docs/clouds/local.md</c> tells what a template's fields mean here.
/// </remarks>
internal sealed class LocalCloud : ICloud, IImpairable, IZonedCloud, IMeteredCloud, IStoppingCloud
{
    private const string DefaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>What is in flight may take so much longer than the grace when the cloud is closed.</summary>
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SayInterval = TimeSpan.FromMinutes(1);

    private readonly LocalCloudOptions _options;
    private readonly IExitWatcher _exits;
    private readonly InstanceIndex _index = new();
    private readonly ChangeFeed _changes = new();
    private readonly OwnedTasks _tasks = new();
    private readonly DescriptorReserve _reserve = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Census _census;
    private readonly Boots _boots;
    private readonly Launcher _launcher;
    private readonly Starter _starter;
    private readonly Stopper _stopper;
    private readonly Terminator _terminator;
    private readonly LocalTemplates _templates;
    private readonly ForeignChanges _foreign;
    private readonly RetentionSweep _sweep;
    private readonly UsageMeter _usage;
    private int _watching;
    private string? _said;
    private long _saidAt;
    private int _closed;

    private LocalCloud(LocalCloudOptions options, LocalFiles files, TimeProvider timeProvider, IRandomSource random)
    {
        _options = options;
        IProcessTable processes = OperatingSystem.IsLinux() ? new LinuxProcessTable() : new PsProcessTable();
        _exits = OperatingSystem.IsLinux() && !options.PollsForExits
            ? new PidfdExitWatcher(processes, options.WatchNumberMax)
            : new PollingExitWatcher(processes);
        var searchPath = options.SearchPath ?? Environment.GetEnvironmentVariable("PATH") ?? DefaultSearchPath;
        var allocation = Environment.GetEnvironmentVariable("NOMAD_ALLOC_ID");
        var controlGroups = new Lazy<ControlGroups>(() => ControlGroups.Find(options.ControlGroupParent, allocation));
        var callerGroups = new Lazy<CallerGroups>(() => CallerGroups.Find(options.ControlGroupParent, allocation));
        var ports = new PortBook(files, options.PortFirst, options.PortLast, random);
        _templates = new LocalTemplates(
            LocalDescription.Kind.TemplateOptions, LocalDescription.TemplateStopGrace, options.StopGrace,
            new ExecutableFinder(searchPath, options.SelfPath), () => controlGroups.Value.WhyNot, () => callerGroups.Value.WhyBound);
        _census = new Census(files, processes, _exits, _index, _changes);
        _boots = new Boots(files, processes, _census, callerGroups, _tasks, Traits.LaunchTimeout, options.Shell, options.User);
        var places = new Places(new Room(options.Zones, options.Stock), _index, _census);
        var groups = new InstanceGroups(controlGroups, callerGroups);
        var ends = new GroupEnd(processes, timeProvider);
        _launcher = new Launcher(
            files, processes, _index, _census, ports, _boots, places, groups, _templates, _changes, timeProvider, searchPath);
        _starter = new Starter(files, processes, _index, _census, _boots, places, groups, ends, _changes, options.User);
        _stopper = new Stopper(files, ends, _census, _changes, _tasks, _starter, timeProvider);
        _terminator = new Terminator(files, ends, _index, _census, ports, _changes, _tasks, timeProvider);
        _census.Ordered = _terminator.Ensure;
        _census.Stopping = _stopper.Ensure;
        _foreign = new ForeignChanges(files, _census);
        var usage = new LocalUsage(_index, timeProvider);
        _usage = new UsageMeter(
            (installation, _) =>
            {
                Refresh();
                return Task.FromResult(usage.Look(installation));
            },
            timeProvider);
        _sweep = new RetentionSweep(files, ports, timeProvider, options.SpentRetention, options.LogsKeptMax, options.Say);
    }

    /// <inheritdoc/>
    public CloudTraits Traits { get; } = new()
    {
        PageSize = 500,
        Stops = true,
        LaunchTokens = true,
        GroupFilter = true,
        Watches = true,
        // For trials: nobody but the instance itself takes it back.
        Interruptible = true,
        ListingLagMax = TimeSpan.Zero,
        LaunchTimeout = TimeSpan.FromSeconds(30),
        // A process that cannot run says so at once.
        BootGrace = TimeSpan.FromSeconds(5),
        NameLengthMax = 255,
        TagValueLengthMax = 4096,
        // The machine is its own limit; this only keeps a runaway caller from taking all of it.
        ReadsPerSecond = 1000,
        WritesPerSecond = 1000,
        Burst = 1000,
    };

    /// <inheritdoc/>
    public string? Impairment => _exits.WantingCount is var count && count > 0
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"this process may open only {OpenFiles.Limit} files (ulimit -Hn): {count} instances are not watched, "
            + $"but looked at five times a second")
        : null;

    /// <inheritdoc/>
    public bool MayHaveZones => !_options.Zones.IsEmpty;

    /// <inheritdoc/>
    public bool CanSuspend => false;

    /// <inheritdoc/>
    public bool MayHaveUsage => OperatingSystem.IsLinux();

    /// <summary>Opens the cloud of a directory: finds its instances again, and carries on with terminations that were ordered.</summary>
    /// <exception cref="InputException">An option is wrong, or the directory cannot be made or written.</exception>
    /// <exception cref="CloudException">What is in the directory cannot be read.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not a POSIX system.</exception>
    public static LocalCloud Open(LocalCloudOptions options, TimeProvider timeProvider, IRandomSource random)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("the local cloud needs a POSIX system");
        }

        options.Check();
        InstanceHomes? homes;
        try
        {
            homes = options.User is { } user ? new InstanceHomes(options.HomesDirectory, user) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                "run_as_directory", options.HomesDirectory, $"a directory that Muster can make and look after ({error.Message})");
        }

        LocalFiles files;
        try
        {
            files = new LocalFiles(options.Directory, random, homes);
            files.CheckWritable();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException("directory", options.Directory, $"a directory that Muster can write to ({error.Message})");
        }

        var cloud = new LocalCloud(options, files, timeProvider, random);
        try
        {
            cloud.Refresh();
        }
        catch
        {
            // Nothing is in flight yet that the closing would wait for, apart from terminations found on disk.
            cloud.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        _ = cloud._tasks.TryRun(_ => cloud._sweep.RunAsync(cloud._closing.Token));
        return cloud;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Nothing here waits for long: a listing is answered from memory, made true by a few calls to the kernel.
        await Task.CompletedTask;
        cancellationToken.ThrowIfCancellationRequested();
        Refresh();
        var matching = _index.Matching(filter);
        for (var start = 0; ; start += Traits.PageSize)
        {
            var end = Math.Min(start + Traits.PageSize, matching.Length);
            var isLast = end == matching.Length;
            yield return new InstancePage([.. matching[start..end].Select(instance => instance.Snapshot)], isLast);
            if (isLast)
            {
                yield break;
            }

            cancellationToken.ThrowIfCancellationRequested();
            _exits.Drain();
        }
    }

    /// <inheritdoc/>
    public Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return _launcher.LaunchAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await TranslatedAsync($"terminate {instance}", () => _terminator.OrderAsync(instance, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await TranslatedAsync($"stop {instance}", () => _stopper.OrderAsync(installation, instance, manner, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await TranslatedAsync($"start {instance}", () => _starter.StartAsync(installation, instance, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new TemplateCheck(_templates.Read(template).Findings));
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ListZonesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_options.Zones);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<InstanceUsage>> ReadUsageAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return _usage.ReadAsync(installation, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<CloudChange> WatchAsync(InstallationId installation, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        if (Interlocked.Exchange(ref _watching, 1) == 0)
        {
            _ = _tasks.TryRun(_ => _foreign.RunAsync(_closing.Token));
        }

        return _changes.WatchAsync(installation, cancellationToken);
    }

    /// <summary>Waits for launches and terminations in flight, then lets go. The instances live on.</summary>
    /// <remarks>A termination that takes longer than the grace stays ordered on disk, for the next opening to carry on with.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
        {
            return;
        }

        await _closing.CancelAsync();
        await _tasks.DrainAsync(_options.StopGrace + ClosingPatience, TimeProvider.System);
        _changes.Close();
        await _exits.DisposeAsync();
        _boots.Dispose();
        _usage.Dispose();
        _reserve.Dispose();
        _tasks.Dispose();
        _closing.Dispose();
    }

    private static async Task TranslatedAsync(string what, Func<Task> orderAsync)
    {
        try
        {
            await orderAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or TimeoutException)
        {
            throw Failures.Translate(error, what);
        }
    }

    private void Refresh()
    {
        ThrowIfClosed();
        try
        {
            var uses = _reserve.Uses;
            _reserve.Run(_census.Refresh);
            Tell(outOfReserve: _reserve.Uses != uses);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failures.Translate(error, "list");
        }
        catch (JsonException error)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"list: what is kept of an instance in {_options.Directory} cannot be read: {error.Message}",
                innerException: error);
        }
    }

    /// <summary>Says once that instances cannot all be watched, and now and then that listings live off the reserve.</summary>
    private void Tell(bool outOfReserve)
    {
        var impairment = Impairment;
        if ((impairment is null) != (_said is null))
        {
            _options.Say(impairment ?? "every instance is watched again");
            _said = impairment;
        }

        if (outOfReserve && (_saidAt == 0 || TimeProvider.System.GetElapsedTime(_saidAt) > SayInterval))
        {
            _saidAt = TimeProvider.System.GetTimestamp();
            _options.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"this process has opened all of its {OpenFiles.Limit} files (ulimit -Hn): "
                + $"listings go on with files kept for them, other work may fail"));
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) == 1, this);
}
