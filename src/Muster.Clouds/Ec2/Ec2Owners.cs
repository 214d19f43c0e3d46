using System.Collections.Concurrent;

using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Ec2;

/// <summary>Whose instances are, since events do not say so: remembered from what was seen anyway. Safe to share.</summary>
internal sealed class Ec2Owners
{
    /// <summary>What is remembered at once; all of it is forgotten together, and asked for again.</summary>
    private const int Max = 100_000;

    private readonly ConcurrentDictionary<string, Owner> _owners = new(StringComparer.Ordinal);

    /// <summary>One was seen.</summary>
    public void Remember(string id, IReadOnlyDictionary<string, string> tags)
    {
        if (_owners.Count >= Max)
        {
            _owners.Clear();
        }

        _owners[id] = new(
            Guid.TryParse(tags.GetValueOrDefault(MusterTags.Installation), out var installation) ? new(installation) : null,
            Guid.TryParse(tags.GetValueOrDefault(MusterTags.Group), out var group) ? new(group) : null);
    }

    /// <summary>Whose it is; null where nobody has seen it.</summary>
    public Owner? Find(string id) => _owners.GetValueOrDefault(id);

    /// <param name="Installation">Null of one that no installation made.</param>
    /// <param name="Group">Null of one without a group.</param>
    internal sealed record Owner(InstallationId? Installation, GroupId? Group);
}
