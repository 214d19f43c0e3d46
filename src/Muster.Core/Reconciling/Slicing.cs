using System.Collections.Immutable;
using System.Diagnostics;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Placements;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Core.Reconciling;

/// <summary>
/// Which placement of its group an instance or a launch belongs to: it counts where it lives, whatever the group has become since. Pure.
/// </summary>
internal static class Slicing
{
    /// <summary>The parts of a group, each with what was seen of it: its placements in order, then what lives outside of them.</summary>
    /// <param name="record">The group.</param>
    /// <param name="sight">What was seen.</param>
    public static ImmutableArray<SightedPlacement> Of(GroupRecord record, Sight sight)
    {
        var placements = record.Placements;
        if (!record.IsSpread)
        {
            var seen = sight.Of(record.Template.Cloud);
            return [new(placements[0], seen, seen.Look?.Of(record.Group.Id) ?? [], record.OpenLaunches)];
        }

        // Few, so that one is found by looking at each.
        var parts = new List<Part>(placements.Length + record.EarlierTemplates.Length);
        foreach (var placement in placements)
        {
            parts.Add(new(placement, record.State.Of(placement.Name).Counts.Live));
        }

        foreach (var template in record.EarlierTemplates)
        {
            Earlier(template.Cloud, template);
        }

        var launched = record.OpenLaunches.IsEmpty ? null : new Dictionary<LaunchId, Part>();
        var clouds = record.Clouds;
        foreach (var cloud in clouds)
        {
            foreach (var instance in sight.Of(cloud).Look?.Of(record.Group.Id) ?? [])
            {
                var part = PlacementChoice.For(placements, cloud, instance) is { } own ? PartOf(own) : Earlier(cloud);
                part.Owned.Add(instance);
                if (launched is not null && instance.Read<LaunchId>(MusterTags.Launch) is { } id)
                {
                    launched.TryAdd(id, part);
                }
            }
        }

        foreach (var launch in record.OpenLaunches)
        {
            // Where its instance is; else where it was to be, as far as that still is one of the group's clouds.
            var cloud = launch.Cloud is { } known && clouds.Contains(known) ? known : record.Template.Cloud;
            (launched!.TryGetValue(launch.Id, out var part) ? part
                : OfLaunch(launch, cloud) is { } own ? PartOf(own)
                : Earlier(cloud)).Add(launch);
        }

        if (!sight.IsWhole)
        {
            foreach (var (cloud, held) in HeldOutOfSight(record, sight, clouds, parts.Select(part => part.Placement.Name)))
            {
                Earlier(cloud).Held = held;
            }
        }

        var sighted = ImmutableArray.CreateBuilder<SightedPlacement>(parts.Count);
        foreach (var part in parts)
        {
            sighted.Add(new(
                part.Placement,
                sight.Of(part.Placement.Cloud),
                part.Owned.DrainToImmutable(),
                part.Launches is { } launches ? [.. launches] : [],
                part.Held));
        }

        return sighted.MoveToImmutable();

        Part PartOf(Placement placement)
        {
            foreach (var part in parts)
            {
                if (ReferenceEquals(part.Placement, placement))
                {
                    return part;
                }
            }

            throw new UnreachableException($"placement {placement.Name} has no part");
        }

        Placement? OfLaunch(Launch launch, string cloud)
        {
            var zone = launch.Tags?.Values.GetValueOrDefault(MusterTags.Zone);
            return PlacementChoice.ByName(placements, cloud, launch.Placement, zone)
                ?? PlacementChoice.ByTemplate(placements, cloud, launch.Template, zone);
        }

        Part Earlier(string cloud, Template? template = null)
        {
            var name = Placement.EarlierOn(cloud);
            if (parts.Find(one => one.Placement.Name == name) is not { } part)
            {
                template ??= placements.First(placement => placement.Cloud == cloud).Template;
                parts.Add(part = new(new(name, template) { IsEarlier = true }, expected: 0));
            }

            return part;
        }
    }

    /// <summary>Members that an earlier look had shown, and the last one did not, since its listing lagged.</summary>
    private static int Hidden(GroupRecord record, PlacementState placement) => Math.Max(0, placement.Counts.Pending
        - record.OpenLaunches.Count(launch => launch is { IsOpen: true, IsBornDead: false, Phase: not LaunchPhase.Seen }
            && launch.Placement == placement.Name));

    /// <summary>
    /// What a cloud that cannot be seen held when it was seen last, outside of what are the group's placements now: nothing of it may be
    /// launched again.
    /// </summary>
    private static Dictionary<string, int> HeldOutOfSight(
        GroupRecord record, Sight sight, ImmutableArray<string> clouds, IEnumerable<string> names)
    {
        var held = new Dictionary<string, int>(StringComparer.Ordinal);
        var (blind, isKnown) = (new List<string>(), names.ToHashSet(StringComparer.Ordinal));
        foreach (var cloud in clouds.Where(cloud => sight.Of(cloud).Look is null))
        {
            blind.Add(cloud);
            var count = record.State.Placements.Where(one => one.Cloud == cloud && (one.Name == Placement.EarlierOn(cloud)
                || !isKnown.Contains(one.Name) || record.Placements.All(own => own.Name != one.Name || own.Cloud != cloud)))
                .Sum(one => one.Counts.Live + one.Counts.Unknown + Hidden(record, one));
            if (count > 0)
            {
                held.Add(cloud, count);
            }
        }

        // Until now it lived in one place, of which nothing is written down but how many there were.
        var from = record.EarlierTemplates.Length == 1
            ? record.EarlierTemplates[0].Cloud
            : record.Group.Layout?.From ?? record.Template.Cloud;
        if (blind.Contains(from) && record.State.Placements.All(one => one.Cloud is null))
        {
            var (before, counts) = (record.State.Counts, clouds.Sum(cloud => sight.Of(cloud).Look?.Of(record.Group.Id).Length ?? 0));
            if (before.Live + before.Unknown - counts is var rest and > 0)
            {
                held[from] = rest;
            }
        }

        return held;
    }

    /// <param name="placement">Where.</param>
    /// <param name="expected">How many were there at the last look: most often as many are now.</param>
    private sealed class Part(Placement placement, int expected)
    {
        public Placement Placement => placement;

        public ImmutableArray<Instance>.Builder Owned { get; } = ImmutableArray.CreateBuilder<Instance>(expected);

        /// <summary>Null for none, as most often.</summary>
        public List<Launch>? Launches { get; private set; }

        public int Held { get; set; }

        public void Add(Launch launch) => (Launches ??= []).Add(launch);
    }
}

/// <summary>One part of a group with what was seen of it.</summary>
/// <param name="Placement">Where.</param>
/// <param name="Sight">What was seen of its cloud.</param>
/// <param name="Owned">The group's own instances there, by id; none where nobody could look.</param>
/// <param name="Launches">Open launches for there.</param>
/// <param name="Held">What it held outside of the group's placements when its cloud was last seen, where that is not so now.</param>
internal sealed record SightedPlacement(
    Placement Placement, CloudSight Sight, ImmutableArray<Instance> Owned, ImmutableArray<Launch> Launches, int Held = 0);
