using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>Every droplet there is, and how its life goes on.</summary>
public sealed class DropletPark : Park<long, SimulatedDroplet>
{
    private readonly DigitalOceanSimulatorOptions _options;
    private readonly Dictionary<long, (long Droplet, string Region, DateTimeOffset StartedAt)> _actions = [];
    private readonly HashSet<long> _errored = [];
    private long _lastId = 400_000_000;

    internal DropletPark(DigitalOceanSimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
        : base(options, timeProvider, stopping) => _options = options;

    private protected override bool HidesNew => true;

    /// <summary>All droplets that are not gone, oldest first.</summary>
    public IReadOnlyList<SimulatedDroplet> Alive => [.. All.Where(droplet => !droplet.IsGone)];

    /// <summary>Sets a droplet's status by hand: <c>off</c>, as when its owner or its power goes.</summary>
    public void SetStatus(long id, string status) => Enter(id, status);

    /// <summary>Deletes a droplet by hand.</summary>
    public void Delete(long id) => Enter(id, SimulatedDroplet.Gone);

    /// <summary>Renames a droplet by hand.</summary>
    public void Rename(long id, string name) => Change(id, "name", droplet => droplet.Name = name);

    /// <summary>Puts other tags on a droplet by hand.</summary>
    public void SetTags(long id, params ImmutableArray<string> tags) => Change(id, "tags", droplet => droplet.Tags = tags);

    internal long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Adds a droplet and begins to make it.</summary>
    /// <returns>What the creation is answered with.</returns>
    internal JsonObject Provision(SimulatedDroplet droplet, ImmutableArray<string> tags)
    {
        Add(droplet);
        var (id, action) = (droplet.Id, NextId());
        lock (_actions)
        {
            _actions[action] = (id, droplet.Region, droplet.Created);
        }

        Later(new(_options.TagLag), id, one => !one.IsGone, () => Change(id, "tags", one => one.Tags = tags));

        // Whatever becomes of it, the answer shows it as it is at first.
        var made = With(id, one => one.ToJson())!;
        switch (DrawFate())
        {
            case Fate.Up:
                EnterLater(_options.Provisioning, id, "new", "active");
                break;
            case Fate.Failed:
                Later(_options.Provisioning, id, one => one.State is "new", () => Fail(id));
                break;
        }

        return new()
        {
            ["droplet"] = made,
            ["links"] = new JsonObject
            {
                ["actions"] = new JsonArray(new JsonObject
                {
                    ["id"] = action, ["rel"] = "create", ["href"] = $"https://api.digitalocean.com/v2/actions/{action}",
                }),
            },
        };
    }

    /// <summary>An action; null when there is none.</summary>
    internal JsonObject? Action(long id)
    {
        (long Droplet, string Region, DateTimeOffset StartedAt) action;
        bool hasErrored;
        lock (_actions)
        {
            if (!_actions.TryGetValue(id, out action))
            {
                return null;
            }

            hasErrored = _errored.Contains(action.Droplet);
        }

        var isRunning = !hasErrored && With(action.Droplet, droplet => droplet.State is "new" ? droplet : null) is not null;
        return new()
        {
            ["id"] = id,
            ["status"] = hasErrored ? "errored" : isRunning ? "in-progress" : "completed",
            ["type"] = "create",
            ["started_at"] = Catalogue.Time(action.StartedAt),
            ["completed_at"] = isRunning ? null : Catalogue.Time(Time.GetUtcNow()),
            ["resource_id"] = action.Droplet,
            ["resource_type"] = "droplet",
            ["region"] = Catalogue.FindRegion(action.Region),
            ["region_slug"] = action.Region,
        };
    }

    /// <summary>Begins to switch a droplet off or on.</summary>
    /// <returns>The action.</returns>
    internal JsonObject Switch(SimulatedDroplet droplet, string order, string state)
    {
        var id = droplet.Id;
        With(id, one =>
        {
            one.IsBusy = true;
            return one;
        });
        Later(state is "off" ? _options.Stopping : _options.Provisioning, id, one => one.IsBusy, () => Change(
            id, "state", one => (one.State, one.IsBusy) = (one.IsGone ? one.State : state, false)));
        return new()
        {
            ["id"] = NextId(),
            ["status"] = "in-progress",
            ["type"] = order,
            ["started_at"] = Catalogue.Time(Time.GetUtcNow()),
            ["completed_at"] = null,
            ["resource_id"] = id,
            ["resource_type"] = "droplet",
            ["region"] = Catalogue.FindRegion(droplet.Region),
            ["region_slug"] = droplet.Region,
        };
    }

    /// <summary>What a list shows, in one order.</summary>
    internal List<JsonObject> List(Func<SimulatedDroplet, bool> filter) => Shown(droplets => droplets
        .Where(droplet => !droplet.IsGone && filter(droplet))
        .OrderBy(droplet => _options.ListsOldestFirst ? droplet.Id : -droplet.Id)
        .Select(droplet => droplet.ToJson())
        .ToList());

    private void Fail(long id)
    {
        lock (_actions)
        {
            _errored.Add(id);
        }

        Enter(id, SimulatedDroplet.Gone);
    }
}
