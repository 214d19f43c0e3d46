using System.Collections.Immutable;
using System.Diagnostics;

using Muster.Clouds;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;

namespace Muster.Bench;

/// <summary>
/// The real engine and the real <c>triton</c> cloud on a simulated CloudAPI with the limits that CloudAPI is shipped with.
/// </summary>
internal sealed class TritonRig : IAsyncDisposable
{
    private const string Login = "bench";

    private readonly DirectoryInfo _folder;
    private readonly TritonSimulator _simulator;
    private readonly ICloud _cloud;

    private TritonRig(DirectoryInfo folder, TritonSimulator simulator, ICloud cloud, EngineRig engine)
    {
        (_folder, _simulator, _cloud, Engine) = (folder, simulator, cloud, engine);
    }

    public EngineRig Engine { get; }

    /// <summary>Machines that run.</summary>
    public int Running => _simulator.Machines.Alive.Count(machine => machine.State == "running");

    /// <summary>Machines that are there.</summary>
    public int Alive => _simulator.Machines.Alive.Count;

    public static async Task<TritonRig> StartAsync(IStore store, TimeSpan latency, TimeSpan provisioning)
    {
        var folder = Directory.CreateTempSubdirectory("muster-bench-triton-");
        var simulator = await TritonSimulator.StartAsync(
            new() { Latency = new(latency), Provisioning = new(provisioning), Stopping = new(TimeSpan.FromSeconds(1)) },
            TimeProvider.System);
        var key = ThrowAwayKey.Make("bench");
        simulator.AddAccount(Login).AddKey(key.PublicLine);
        var file = Path.Combine(folder.FullName, "key");
        await using (var stream = new FileStream(
            file,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
        await using (var writer = new StreamWriter(stream))
        {
            await writer.WriteAsync(key.PrivatePem);
        }

        var cloud = await CloudKinds.OpenAsync("triton", new()
        {
            Name = "sim",
            DataDirectory = folder.FullName,
            Options = ImmutableSortedDictionary<string, string>.Empty
                .Add("url", simulator.Url.ToString()).Add("account", Login).Add("key_file", file),
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        }, CancellationToken.None);
        var engine = new EngineRig(store, TimeSpan.Zero, cloud) { Image = Catalogue.Image, Size = Catalogue.Package };
        await engine.PrepareAsync();
        return new(folder, simulator, cloud, engine);
    }

    /// <summary>Requests so far, by what they ask.</summary>
    public TritonCalls Calls
    {
        get
        {
            var calls = _simulator.Calls;
            int Of(Func<(string Call, int Status), bool> which) => calls.Where(call => which(call.Key)).Sum(call => call.Value);
            return new(
                Of(key => key.Call == "POST machines"), Of(key => key.Call == "DELETE machines"), Of(key => key.Call == "GET machines"),
                Of(key => key.Status == 429), Of(_ => true));
        }
    }

    /// <summary>Changes a group's capacity, as a user does, and waits until Muster sees the level.</summary>
    public async Task<TimeSpan> ScaleAsync(Group group, int capacity)
    {
        var record = await Engine.Store.FindGroupAsync(group.Id, CancellationToken.None)
            ?? throw new InvalidOperationException("the group is gone");
        var now = TimeProvider.System.GetUtcNow();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Engine.Checked = report =>
        {
            if (report.Group == group.Id
                && report.State.Counts is { Pending: 0, Provisioning: 0 } counts
                && counts.Running == capacity
                && Alive == capacity)
            {
                done.TrySetResult();
            }
        };
        var startedAt = Stopwatch.GetTimestamp();
        await Engine.Store.UpdateGroupAsync(
            record.Group with
            {
                Capacity = record.Group.Capacity with { Desired = capacity },
                Version = record.Group.Version + 1,
                UpdatedAt = now,
            },
            new()
            {
                Id = new(new SystemRandomSource().NextId()),
                Account = group.Account,
                Group = group.Id,
                Type = ActivityType.Change,
                Status = ActivityStatus.Succeeded,
                Description = $"capacity {capacity}",
                FirstAt = now,
                LastAt = now,
            },
            CancellationToken.None);
        Engine.Pulse.Wake(group.Id);
        await done.Task;
        return Stopwatch.GetElapsedTime(startedAt);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await _cloud.DisposeAsync();
        await _simulator.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Requests, by what they ask.</summary>
internal readonly record struct TritonCalls(int Launches, int Deletes, int Listings, int Throttled, int All)
{
    public static TritonCalls operator -(TritonCalls later, TritonCalls earlier) => new(
        later.Launches - earlier.Launches,
        later.Deletes - earlier.Deletes,
        later.Listings - earlier.Listings,
        later.Throttled - earlier.Throttled,
        later.All - earlier.All);
}
