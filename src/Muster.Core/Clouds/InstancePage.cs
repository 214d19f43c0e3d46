using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Core.Clouds;

/// <summary>One page of a listing.</summary>
/// <param name="Instances">What it shows.</param>
/// <param name="IsLast">Whether the listing is whole with this page.</param>
public sealed record InstancePage(ImmutableArray<Instance> Instances, bool IsLast)
{
    /// <summary>The pages of a listing that is known as a whole: at least one, and none larger than <paramref name="pageSize"/>.</summary>
    public static IEnumerable<InstancePage> Split(ImmutableArray<Instance> instances, int pageSize)
    {
        var start = 0;
        for (; instances.Length - start > pageSize; start += pageSize)
        {
            yield return new(instances.Slice(start, pageSize), IsLast: false);
        }

        yield return new(instances[start..], IsLast: true);
    }
}

/// <summary>Which instances to list: those that carry all of these tags.</summary>
/// <param name="Installation">The tag <c>muster.installation</c>.</param>
/// <param name="Account">The tag <c>muster.account</c>; null for every account.</param>
/// <param name="Group">The tag <c>muster.group</c>; null for every group.</param>
/// <param name="Details">
/// Whether <see cref="Instance.Attributes"/> hold all that the cloud tells, secrets in metadata included: for a person who asks, not for
/// sweeps and trails. What that is, is the cloud's own; one that knows no more shows no more.
/// </param>
public sealed record InstanceFilter(
    InstallationId Installation, AccountId? Account = null, GroupId? Group = null, bool Details = false)
{
    /// <summary>The tags that it asks for.</summary>
    public ImmutableSortedDictionary<string, string> Tags
    {
        get
        {
            var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            tags[MusterTags.Installation] = Installation.ToString();
            if (Account is { } account)
            {
                tags[MusterTags.Account] = account.ToString();
            }

            if (Group is { } group)
            {
                tags[MusterTags.Group] = group.ToString();
            }

            return tags.ToImmutable();
        }
    }
}

/// <summary>A hint that something about an instance changed.</summary>
/// <param name="Group">The group in its tags; null when the cloud does not tell.</param>
/// <param name="Instance">Which instance.</param>
public sealed record CloudChange(GroupId? Group, InstanceId Instance);
