using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Launching;

/// <summary>What stands before every stop and start: the instance is there, and the installation's.</summary>
internal static class OwnedInstance
{
    /// <summary>The instance that is to be stopped or started.</summary>
    /// <param name="found">As the cloud shows it; null where it shows none.</param>
    /// <param name="isEnding">Whether it is on its way out, and not to a rest from which it could be started.</param>
    /// <param name="id">Which was asked for.</param>
    /// <param name="installation">Whose it must be.</param>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.NotFound"/>: it is gone, on its way out, or somebody else's; nothing was done to it.
    /// </exception>
    public static Instance Of(Instance? found, bool isEnding, InstanceId id, InstallationId installation) =>
        found is null || isEnding
            ? throw Gone(id)
            : found.Read<InstallationId>(MusterTags.Installation) == installation
                ? found
                : throw new CloudException(
                    CloudErrorKind.NotFound,
                    $"instance '{Shown(id)}' does not carry the tag {MusterTags.Installation}={installation}: nothing was done to it");

    /// <summary>There is none.</summary>
    public static CloudException Gone(InstanceId id) =>
        new(CloudErrorKind.NotFound, $"there is no instance '{Shown(id)}', or it is on its way out");

    /// <summary>The refusal of a manner that the cloud does not have.</summary>
    public static CloudException CannotSuspend(string cloud) => new(
        CloudErrorKind.InvalidRequest, $"{cloud} cannot keep an instance's memory while it is stopped: stop it in an orderly way");

    private static string Shown(InstanceId id) => ForeignText.Shown(id.Value);
}
