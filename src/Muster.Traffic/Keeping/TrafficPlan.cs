using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>Concludes what is to become of each member at a source, from what is written and what was seen. Pure.</summary>
/// <remarks>
/// A member that does not work stays where it is: the source's own checks know best whether it gets traffic, and a group whose health is
/// told wrongly must not lose all of it.
/// </remarks>
internal static class TrafficPlan
{
    /// <summary>What is wanted of every instance that was seen.</summary>
    /// <param name="record">The group, read after the looks.</param>
    /// <param name="seen">The looks, by cloud.</param>
    /// <param name="use">The source.</param>
    /// <param name="needsPort">Whether a member without a known port cannot be told to it.</param>
    /// <param name="now">The instant.</param>
    public static ImmutableArray<Wanted> Read(
        GroupRecord record, ImmutableDictionary<string, Sighted> seen, TrafficUse use, bool needsPort, DateTimeOffset now)
    {
        var wanted = ImmutableArray.CreateBuilder<Wanted>();
        IPNetwork? network = use.Network is { } text && IPNetwork.TryParse(text, out var parsed) ? parsed : null;
        foreach (var (cloud, look) in seen.OrderBy(part => part.Key, StringComparer.Ordinal))
        {
            var members = record.State.Members.Where(member => (member.Cloud ?? cloud) == cloud)
                .ToDictionary(member => member.Instance);
            foreach (var standing in InstanceStanding.Read(record, cloud, traits: null, look.Instances, look.LookedAt, now))
            {
                var (address, obstacle) = AddressOf(standing.Instance, use, network, needsPort);
                var member = members.GetValueOrDefault(standing.Instance.Id);
                wanted.Add(Of(record, cloud, standing, member, use, address, now) with { Obstacle = obstacle });
            }
        }

        return wanted.ToImmutable();
    }

    private static Wanted Of(
        GroupRecord record, string cloud, InstanceStanding standing, Member? member, TrafficUse use, IPEndPoint? address,
        DateTimeOffset now)
    {
        var told = new TrafficMember(cloud, standing.Instance, address);
        if (standing.Phase is InstancePhase.Dead or InstancePhase.Warm)
        {
            return new(told, Want.Leave);
        }

        if (standing.Phase is InstancePhase.Draining && member is { Phase: MemberPhase.Draining, Since: var since })
        {
            // Somebody may have asked for more time than the group gives.
            var left = Gates.AtEnd(record.Group.Drain, Hooks.None, since, standing.Note, now).All is [var gate]
                ? gate.DueAt - now
                : (TimeSpan?)null;
            return new(told with { Deadline = left > TimeSpan.Zero ? left : TimeSpan.Zero }, Want.Drain)
            {
                DrainingSince = since,
                IsNoted = standing.Note?.Gates.Any(word =>
                    word.Gate == Gates.Drain && word.At >= since && word.Answer is not GateAnswer.Extend) is true,
            };
        }

        return standing.Phase switch
        {
            InstancePhase.InService => new(told, Want.Join),
            // Where the source finds out who works, it is told of those of whom nobody knows yet.
            InstancePhase.Booting when use.Health => new(told with { IsUnproven = true }, Want.Join),
            InstancePhase.Standby or InstancePhase.Draining or InstancePhase.Detaching or InstancePhase.Terminating
                or InstancePhase.Warming => new(told, Want.Drain),
            _ => new(told, Want.Keep),
        };
    }

    private static (IPEndPoint? Address, string? Obstacle) AddressOf(
        Instance instance, TrafficUse use, IPNetwork? network, bool needsPort)
    {
        var port = use.Port ?? 0;
        if (use.Attribute is { } name)
        {
            if (!instance.Attributes.TryGetValue(name, out var text))
            {
                return (null, $"{instance.Name} has no attribute {name}");
            }

            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > IPEndPoint.MaxPort)
            {
                return (null, $"the attribute {name} of {instance.Name} is no port");
            }
        }

        // Names are not resolved: who answers for one is not the cloud.
        foreach (var listed in instance.Addresses)
        {
            if (InstanceAddress.Parse(listed) is { } address && network?.Contains(address) is not false)
            {
                return (new(address, port), null);
            }
        }

        return (null, !needsPort ? null
            : use.Network is { } asked ? $"{instance.Name} has no address in {asked}"
            : $"{instance.Name} has no address");
    }
}
