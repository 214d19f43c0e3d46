using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>
/// Whether instances work, in truth, and those who say so: they lie, flap, fall silent and call all of them sick at once.
/// </summary>
internal sealed class Probers(
    SimulationLoop loop,
    IStore store,
    IReadOnlyDictionary<string, (SimulatedCloud Cloud, StormyWeather Weather)> clouds,
    IReadOnlyList<GroupId> groups,
    RandomStream random,
    RandomStream blackouts,
    Referee referee,
    Trace trace,
    Func<SimulatedProcess?> pickServer)
{
    private const string Source = "probe";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    // As the real ones: what is not said again in time is unknown.
    private static readonly TimeSpan Holds = TimeSpan.FromMinutes(1);

    private readonly Dictionary<InstanceId, bool> _works = [];
    private readonly Dictionary<InstanceId, Finding> _said = [];
    private bool _isCalm;
    private Mood _mood;

    private enum Mood
    {
        Honest,
        Silent,
        Lying,
        Flapping,
        CutOff,
    }

    private DateTimeOffset Now
    {
        get
        {
            var now = loop.OutsideTime.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>Changes the mood, and makes instances sick and well again, until told to stop.</summary>
    public async Task LiveAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(4)), loop.OutsideTime);
            _mood = random.Pick(Mood.Honest, Mood.Honest, Mood.Silent, Mood.Lying, Mood.Flapping, Mood.CutOff);
            var share = random.Pick(0.0, 0.1, 0.3, 1.0);
            foreach (var id in _works.Keys.ToArray())
            {
                _works[id] = random.Chance(0.3) || !random.Chance(share);
            }

            trace.Add("probers", $"are {_mood}, and {_works.Values.Count(works => !works)} of {_works.Count} do not work");
            if (_mood is Mood.CutOff && blackouts.Chance(0.4))
            {
                // So long that no check can have read anything else.
                await Task.Delay(blackouts.NextSpan(referee.ReadingWindow, referee.ReadingWindow * 4), loop.OutsideTime);
            }
        }
    }

    /// <summary>
    /// What is said is true from now on, and all works: but of some groups one that stays sick until it is replaced.
    /// </summary>
    public async Task CalmDownAsync()
    {
        (_isCalm, _mood) = (true, Mood.Honest);
        foreach (var id in _works.Keys.ToArray())
        {
            _works[id] = true;
        }

        foreach (var id in groups)
        {
            if (await store.FindGroupAsync(id, CancellationToken.None) is
                    { Group: { Phase: GroupPhase.Active, Health: not null, Repair: { Mode: RepairMode.Replace } repair } } record
                && repair.UnavailableMax.Value > 0 && random.Chance(0.5)
                && clouds.Values.SelectMany(one => one.Cloud.Instances).FirstOrDefault(one => one.Group == id
                    && one.Installation == store.Installation && one.StateAt(Now) is InstanceState.Running && _works.ContainsKey(one.Id)
                    && record.Notes.All(note => note.Instance != one.Id || !note.IsProtected)) is { } sick)
            {
                _works[sick.Id] = false;
                trace.Add("probers", $"{sick.Id} stays sick");
            }
        }
    }

    /// <summary>Asks all instances of all groups again and again, for as long as there is a world.</summary>
    public async Task ProbeAsync()
    {
        try
        {
            while (true)
            {
                foreach (var group in groups.ToArray())
                {
                    await ProbeAsync(group);
                }

                await Task.Delay(Every, loop.OutsideTime);
            }
        }
        catch (Exception error)
        {
            referee.Violate($"the probers died of {error}");
        }
    }

    private async Task ProbeAsync(GroupId id)
    {
        if (await store.FindGroupAsync(id, CancellationToken.None)
            is not { Group: { Phase: not GroupPhase.Archived, Health: not null } })
        {
            return;
        }

        var now = Now;
        var changes = ImmutableArray.CreateBuilder<NoteChange>();
        foreach (var (cloud, (simulated, _)) in clouds)
        {
            foreach (var instance in simulated.Instances.Where(one => one.Installation == store.Installation && one.Group == id))
            {
                if (instance.StateAt(now) is null)
                {
                    if (_works.Remove(instance.Id) | _said.Remove(instance.Id))
                    {
                        changes.Add(new(cloud, instance.Id) { IsGone = true });
                    }
                }
                else if (instance.StateAt(now) is InstanceState.Running && Find(instance.Id, now) is { } finding)
                {
                    changes.Add(new(cloud, instance.Id) { Finding = finding });
                }
            }
        }

        if (changes.Count == 0)
        {
            return;
        }

        await store.NoteAsync(id, changes.ToImmutable(), activity: null, CancellationToken.None);
        foreach (var change in changes)
        {
            if (change.Finding is { } finding)
            {
                referee.Said(id, change.Instance, finding);
            }
        }

        if (random.Chance(0.7) && pickServer() is { } server)
        {
            server.Wake(id);
        }
    }

    /// <summary>What there is to say of an instance now; null for nothing new.</summary>
    private Finding? Find(InstanceId id, DateTimeOffset now)
    {
        if (!_works.TryGetValue(id, out var works))
        {
            works = _works[id] = _isCalm || !random.Chance(0.1);
        }

        var verdict = _mood switch
        {
            Mood.Honest => Says(works),
            Mood.Silent => (Verdict?)null,
            Mood.Lying => Says(works != random.Chance(0.3)),
            Mood.Flapping => Says(random.Chance(0.5)),
            Mood.CutOff => Verdict.Unhealthy,
            _ => null,
        };
        var known = _said.GetValueOrDefault(id);
        if (verdict is not { } said || (known?.Verdict == said && !(known.ExpiresAt - (Holds / 2) <= now)))
        {
            return null;
        }

        return _said[id] = new(Source, said, now, ExpiresAt: said is Verdict.Unhealthy ? now + Holds : null);
    }

    private static Verdict Says(bool works) => works ? Verdict.Healthy : Verdict.Unhealthy;
}
