using System.Diagnostics;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Launching;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Simulation.Clouds;

using Activity = Muster.Core.Activities.Activity;

namespace Muster.Bench;

/// <summary>The real engine at work with a real keeper beside it, over a cloud that only pretends.</summary>
internal sealed class PulseRig : IPulseObserver, ICloudDirectory, IAsyncDisposable
{
    /// <summary>How long anything is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SystemRandomSource _random = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IStore _store;
    private readonly Pulse _pulse;
    private readonly Task _running;
    private readonly IDisposable _keeper;

    /// <param name="store">Where it keeps everything.</param>
    /// <param name="keeper">
    /// Makes the keeper, given the trail and what wakes a group: what it wants to know of looks, itself, and how it runs. It is disposed
    /// with this.
    /// </param>
    public PulseRig(
        IStore store,
        Func<ActivityFeed, Action<GroupId>, (ISightings Sightings, IDisposable Keeper, Func<CancellationToken, Task> Run)> keeper)
    {
        _store = store;
        Cloud = new(new("sim", EngineRig.Traits, new FairWeather(TimeSpan.Zero), TimeProvider.System));
        Entries = [new("sim", "simulated", GovernedCloud.Over("sim", Cloud, TimeProvider.System))];
        var feed = new ActivityFeed();
        (var sightings, _keeper, var run) = keeper(feed, group => _pulse!.Wake(group));
        var reconciler = new Reconciler(
            store, TimeProvider.System, _random, new RandomLaunchIdentities(_random), new(), "bench", sightings: sightings);
        _pulse = new(store, this, reconciler, feed, new(TimeProvider.System), _random, new(), this);
        _running = Task.WhenAll(_pulse.RunAsync(new("bench", "bench"), _stop.Token), run(_stop.Token));
    }

    /// <summary>The cloud.</summary>
    public AddressedCloud Cloud { get; }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries { get; }

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(startedAt) > Patience)
            {
                throw new TimeoutException($"not in time: {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <inheritdoc/>
    public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;

    /// <inheritdoc/>
    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    /// <inheritdoc/>
    public void OnSwept(SweepReport report)
    {
    }

    /// <inheritdoc/>
    public void OnFailed(string what, Exception error, TimeSpan retryIn) => Console.Error.WriteLine($"{what} failed: {error}");

    /// <summary>Makes a group whose instances run already.</summary>
    /// <param name="instances">How many.</param>
    /// <param name="with">What else there is to the group.</param>
    public async Task<GroupId> FillAsync(int instances, Func<Group, Group> with)
    {
        var now = TimeProvider.System.GetUtcNow();
        var account = await _store.EnsureAccountAsync(
            new() { Id = new(_random.NextId()), Name = "default", CreatedAt = now }, CancellationToken.None);
        var template = new Template
        {
            Id = new(_random.NextId()), Account = account.Id, Name = "bench", Cloud = "sim", Image = "image", CreatedAt = now,
        };
        await _store.AddTemplateAsync(template, CancellationToken.None);
        var group = with(new()
        {
            Id = new(_random.NextId()),
            Account = account.Id,
            Name = "web",
            Template = template.Id,
            Capacity = new() { Desired = instances, Min = 0, Max = instances },
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        });
        await _store.AddGroupAsync(group, Change(group), CancellationToken.None);
        for (var i = 0; i < instances; i++)
        {
            Cloud.Inner.Place($"web-{i}", InstanceTags.For(_store.Installation, group, template, new(_random.NextId())));
        }

        _pulse.Wake(group.Id);
        return group.Id;
    }

    /// <summary>Changes a group, and wakes it.</summary>
    public async Task ChangeAsync(GroupId id, Func<Group, Group> change)
    {
        var group = (await _store.FindGroupAsync(id, CancellationToken.None))!.Group;
        group = change(group) with { Version = group.Version + 1, UpdatedAt = TimeProvider.System.GetUtcNow() };
        await _store.UpdateGroupAsync(group, Change(group), CancellationToken.None);
        _pulse.Wake(id);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _keeper.Dispose();
        _pulse.Dispose();
        _stop.Dispose();
    }

    private Activity Change(Group group) => new()
    {
        Id = new(_random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = "bench",
        FirstAt = group.UpdatedAt,
        LastAt = group.UpdatedAt,
    };
}
