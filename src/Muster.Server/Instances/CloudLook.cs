using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

using Muster.Api.Instances;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Server.Instances;

/// <summary>What one cloud showed of an account, or of one group of it.</summary>
/// <param name="Cloud">Which.</param>
/// <param name="Traits">What it can do; null where it could not be listed.</param>
/// <param name="Instances">All that was asked for; none where it could not be listed.</param>
/// <param name="LookedAt">When the look began.</param>
/// <param name="Failure">Why it could not; null where it could.</param>
internal sealed record CloudLook(
    string Cloud, CloudTraits? Traits, ImmutableArray<Instance> Instances, DateTimeOffset LookedAt, Exception? Failure)
{
    /// <summary>How the instances of a group stand that it showed.</summary>
    /// <param name="record">The group, read before the look.</param>
    /// <param name="installation">Whose tags count.</param>
    /// <param name="now">The instant.</param>
    public ImmutableArray<InstanceStanding> Of(GroupRecord record, InstallationId installation, DateTimeOffset now) => Traits is null
        ? []
        : InstanceStanding.Read(
            record, Cloud, Traits, [.. Instances.Where(instance => instance.IsOwnedBy(installation, record.Group.Id))], LookedAt, now);

    /// <summary>Those that could not be listed, for the wire; null where all could.</summary>
    public static IReadOnlyList<UnlistedCloudView>? Unlisted(IReadOnlyList<CloudLook> looks) => looks.All(look => look.Failure is null)
        ? null
        : [.. looks
            .Where(look => look.Failure is not null)
            .Select(look => new UnlistedCloudView { Cloud = look.Cloud, Reason = look.Failure!.Message })];

    /// <summary>Throws why nothing could be listed, when nothing could.</summary>
    public static void ThrowIfBlind(IReadOnlyList<CloudLook> looks)
    {
        if (looks.Count > 0 && looks.All(look => look.Failure is not null))
        {
            ExceptionDispatchInfo.Throw(looks[0].Failure!);
        }
    }
}
