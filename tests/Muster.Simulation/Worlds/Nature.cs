using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Instances;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>What happens to clouds by itself: weather that changes, instances that die together, strangers who live there too.</summary>
internal sealed class Nature(
    Scene scene,
    SimulationLoop loop,
    IReadOnlyDictionary<string, (SimulatedCloud Cloud, StormyWeather Weather)> clouds,
    RandomStream random,
    RandomStream waves,
    RandomStream quakes,
    RandomStream consoles,
    Referee referee,
    Trace trace)
{
    /// <summary>Changes the weather until told to stop.</summary>
    public async Task StormAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            foreach (var (_, weather) in clouds.Values)
            {
                weather.Storm = Storm.Draw(random, scene.Faults);
            }

            trace.Add("nature", "the weather changes");
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(6)), loop.OutsideTime);
        }
    }

    /// <summary>Kills, and lets strangers come and go, until told to stop.</summary>
    public async Task StrikeAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(6)), loop.OutsideTime);
            var (cloud, _) = random.Pick(clouds.Values.ToArray());
            if (scene.Faults.HasFlag(Faults.MassDeath) && random.Chance(0.5))
            {
                KillMany(cloud);
            }

            if (scene.Faults.HasFlag(Faults.Strangers))
            {
                PlaceStranger(cloud);
            }
        }
    }

    /// <summary>Takes interruptible instances back, many at a time, with and without notice, until told to stop.</summary>
    public async Task TakeBackAsync(TimeSpan until)
    {
        var takers = clouds.Where(pair => pair.Value.Cloud.Traits.Interruptible).ToArray();
        while (takers.Length > 0 && loop.Now < until)
        {
            await Task.Delay(waves.NextSpan(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5)), loop.OutsideTime);
            var (name, (cloud, _)) = waves.Pick(takers);
            var share = waves.Pick(0.1, 0.5, 1.0);
            var now = loop.OutsideTime.GetUtcNow();
            var some = cloud.Instances.Where(one => one.IsInterruptible && one.IsLiveAt(now) && waves.Chance(share)).ToList();
            if (waves.Chance(0.2))
            {
                // It needs them no more.
                Keep(cloud, some.Where(one => one.LeavingAt is not null));
                continue;
            }

            // Some say so long before that it is no reason to act yet.
            var warning = TimeSpan.FromSeconds(waves.Pick(0, 0, 30, 120, 120, 600, 1800));
            trace.Add("nature", $"{name} takes {some.Count} back in {warning.TotalSeconds:0} s");
            foreach (var instance in some)
            {
                cloud.TakeBack(instance, warning);
                if (instance.LeavingAt is not null)
                {
                    referee.NoticeGiven(instance);
                }
            }
        }
    }

    /// <summary>Ends zones, whole or their stock, and opens them again, until told to stop.</summary>
    public async Task ShakeZonesAsync(TimeSpan until)
    {
        while (scene.Zones.Count > 0 && loop.Now < until)
        {
            await Task.Delay(quakes.NextSpan(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(6)), loop.OutsideTime);
            var name = quakes.Pick(scene.Zones.Order(StringComparer.Ordinal).ToArray());
            var (cloud, zone) = (clouds[name].Cloud, quakes.Pick(Scene.ZonesOfEach));
            var most = quakes.Pick<int?>(0, 0, 1, 3, null, null);
            cloud.Stock(zone, most);
            var dies = most is 0 && quakes.Chance(0.5);
            trace.Add("nature", $"zone {zone} of {name} {(dies ? "dies" : most is { } left ? $"has room for {left}" : "is well")}");
            if (dies)
            {
                var now = loop.OutsideTime.GetUtcNow();
                var state = quakes.Pick<InstanceState?>(InstanceState.Failed, InstanceState.Stopped, null);
                foreach (var instance in cloud.Instances.Where(one => one.Zone == zone && (one.IsLiveAt(now) || IsAtRest(one, now))))
                {
                    cloud.Turn(instance, new LifeEvent(TimeSpan.Zero, state));
                }
            }
        }
    }

    /// <summary>Cuts a cloud off for as long as the scene says, if it does.</summary>
    public async Task CutOffAsync()
    {
        if (scene.CutOff is not var (name, from, time))
        {
            return;
        }

        await Task.Delay(from, loop.OutsideTime);
        trace.Add("nature", $"{name} is cut off for {time.TotalMinutes:0} minutes");
        clouds[name].Weather.IsCutOff = true;
        await Task.Delay(time, loop.OutsideTime);
        clouds[name].Weather.IsCutOff = false;
    }

    /// <summary>Starts and stops instances as somebody may at a console, and has some that rest die, until told to stop.</summary>
    public async Task TouchPowerAsync(TimeSpan until)
    {
        // Whoever stops one of the level has killed it, and what is dead is removed: nobody starts it again in that moment.
        var killed = new HashSet<InstanceId>();
        while (scene.HasPools && loop.Now < until)
        {
            await Task.Delay(consoles.NextSpan(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(8)), loop.OutsideTime);
            var now = loop.OutsideTime.GetUtcNow();
            var (cloud, _) = consoles.Pick(clouds.Values.ToArray());
            var resting = cloud.Instances.Where(one => IsAtRest(one, now) && !killed.Contains(one.Id)).ToArray();
            var running = cloud.Instances.Where(one => one.Launch is not null && one.StateAt(now) is InstanceState.Running).ToArray();
            var what = consoles.NextInt(0, 5);
            if (what <= 2 && resting.Length > 0)
            {
                var touched = consoles.Pick(resting);
                trace.Add("nature", $"{(what == 2 ? "takes" : "somebody starts")} {touched.Id}, which rests");
                if (what == 2)
                {
                    cloud.Turn(touched, new LifeEvent(TimeSpan.Zero, consoles.Pick<InstanceState?>(InstanceState.Failed, null)));
                }
                else
                {
                    cloud.PowerByHand(touched, isUp: true);
                }
            }
            else if (what == 3 && running.Length > 0)
            {
                var touched = consoles.Pick(running);
                trace.Add("nature", $"somebody stops {touched.Id}");
                cloud.PowerByHand(touched, isUp: false);
                killed.Add(touched.Id);
            }
        }
    }

    /// <summary>Ends the faults: good weather, and nothing dies that lives.</summary>
    public void CalmDown()
    {
        foreach (var (cloud, weather) in clouds.Values)
        {
            weather.Storm = Storm.None;
            foreach (var zone in Scene.ZonesOfEach)
            {
                cloud.Stock(zone, most: null);
            }

            var now = loop.OutsideTime.GetUtcNow();
            Keep(cloud, cloud.Instances.Where(one => one.LeavingAt is not null && one.IsLiveAt(now)));
            foreach (var instance in cloud.Instances)
            {
                if (instance.StateAt(now) is InstanceState.Provisioning or InstanceState.Running or InstanceState.Unknown
                    && !instance.IsStoppingAt(now))
                {
                    cloud.Turn(instance, new LifeEvent(TimeSpan.Zero, InstanceState.Running));
                }
            }
        }
    }

    private static bool IsAtRest(SimulatedInstance instance, DateTimeOffset now) => instance.IsStoppedOnOrderAt(now);

    private void Keep(SimulatedCloud cloud, IEnumerable<SimulatedInstance> noticed)
    {
        foreach (var instance in noticed)
        {
            cloud.Turn(instance, new LifeEvent(TimeSpan.Zero, InstanceState.Running));
            referee.NoticeWithdrawn(instance);
        }
    }

    private void KillMany(SimulatedCloud cloud)
    {
        var now = loop.OutsideTime.GetUtcNow();
        var share = random.NextUnit();
        var killed = 0;
        foreach (var instance in cloud.Instances.Where(
            instance => (instance.IsLiveAt(now) || IsAtRest(instance, now)) && random.Chance(share)))
        {
            InstanceState? state = random.NextInt(0, 4) switch
            {
                0 => InstanceState.Failed,
                1 => InstanceState.Stopped,
                2 => InstanceState.Unknown,
                _ => null,
            };
            cloud.Turn(
                instance,
                new LifeEvent(TimeSpan.Zero, state),
                new LifeEvent(TimeSpan.FromMinutes(5), state is InstanceState.Unknown ? null : state));
            killed++;
        }

        trace.Add("nature", $"strikes {killed} instances");
    }

    /// <summary>Like one of ours in all but one tag: of another installation, of a group that never was, or without a group.</summary>
    private void PlaceStranger(SimulatedCloud cloud)
    {
        var now = loop.OutsideTime.GetUtcNow();
        var model = cloud.Instances.Where(instance => instance.Launch is not null && instance.StateAt(now) is not null).ToArray();
        if (model.Length == 0)
        {
            return;
        }

        var tags = random.Pick(model).Show(InstanceState.Running).Tags;
        ImmutableSortedDictionary<string, string> strange = random.NextInt(0, 4) switch
        {
            0 => tags.SetItem(MusterTags.Installation, random.NextId().ToString()),
            1 => tags.SetItem(MusterTags.Group, random.NextId().ToString()),
            2 => tags.Remove(MusterTags.Group),
            3 => tags.Remove(MusterTags.Installation),
            _ => tags.SetItem(MusterTags.Group, "not an id"),
        };
        var state = random.Pick(InstanceState.Running, InstanceState.Running, InstanceState.Failed, InstanceState.Stopped);
        var stranger = cloud.Place("stranger", strange, new LifeEvent(TimeSpan.Zero, state));
        trace.Add("nature", $"a stranger comes: {stranger.Id}");
    }
}
