using System.Collections.Immutable;

using Muster.Clouds.Libvirt.Native;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt.Domains;

/// <summary>What a domain is as an instance.</summary>
internal static class DomainInstances
{
    /// <summary>Keeps the name of an instance that no domain can have.</summary>
    public const string NameTag = "muster.name";

    /// <summary>The instance; null for a domain without Muster's mark.</summary>
    /// <param name="fact">The domain.</param>
    /// <param name="zone">Where it is.</param>
    /// <param name="isEnding">Whether this process is ending it.</param>
    /// <param name="isAbandoned">Whether nobody makes it any more, where it is half made; told when it was made.</param>
    public static Instance? Of(DomainFact fact, string? zone, bool isEnding, Predicate<DateTimeOffset>? isAbandoned = null)
    {
        if (fact.Mark is null)
        {
            return null;
        }

        var mark = InstanceMark.Read(fact.Mark, out var flaw);
        var (state, detail) = isEnding ? (InstanceState.Terminating, "being ended")
            : mark.IsMaking && fact.State == DomainStates.ShutOff ? isAbandoned?.Invoke(mark.CreatedAt) is true
                ? (InstanceState.Failed, "its launch was cut short")
                : (InstanceState.Provisioning, "its disks are being made")
            : flaw is not null ? (InstanceState.Unknown, $"not understood: {flaw}")
            : DomainStates.Of(fact.State, fact.Reason);
        return new()
        {
            Id = new(fact.Uuid.ToString("D")),
            Name = mark.Tags.GetValueOrDefault(NameTag) ?? fact.Name,
            State = state,
            StateDetail = detail,
            IsHalfMade = state is InstanceState.Provisioning && IsHalfMade(fact),
            StoppedOnOrder = state is InstanceState.Stopped or InstanceState.Failed && !IsHalfMade(fact)
                ? DomainStates.OnOrder(fact.State, fact.Reason)
                : null,
            CreatedAt = mark.CreatedAt,
            Tags = mark.Tags,
            Zone = zone,
            Addresses = [.. fact.Addresses.Distinct(StringComparer.Ordinal)],
            Attributes = Attributes(mark),
        };
    }

    /// <summary>Whether its launch has not come to its start, or was cut short before.</summary>
    public static bool IsHalfMade(DomainFact fact) =>
        fact is { State: DomainStates.ShutOff, Mark: { } mark } && InstanceMark.Read(mark, out _).IsMaking;

    private static ImmutableSortedDictionary<string, string> Attributes(InstanceMark mark)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        attributes["image"] = mark.Image;
        attributes["volumes"] = string.Join(',', mark.Volumes);
        return attributes.ToImmutable();
    }
}
