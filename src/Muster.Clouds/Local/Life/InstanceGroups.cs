using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Local.Cgroups;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Life;

/// <summary>Makes the cgroups of instances.</summary>
internal sealed class InstanceGroups(Lazy<ControlGroups> controlGroups, Lazy<CallerGroups> callerGroups)
{
    /// <summary>Makes that of a run that is about to begin. One that is there already gets the limits anew.</summary>
    /// <returns>Its directory, null for none; and what became of the limits, null when none were asked for.</returns>
    /// <exception cref="IOException">There is a parent for it, and it cannot be made.</exception>
    public (string? Directory, string? Limits) Make(LaunchId launch, SizeLimits? size)
    {
        string? directory = null, whyNot = null;
        if (size is not null)
        {
            (directory, whyNot) = controlGroups.Value.Create(launch.ToString(), size);
        }

        if (directory is null && callerGroups.Value.Parent is { } parent)
        {
            directory = ControlGroups.CreateApart(parent, launch.ToString());
        }

        return (directory, size is null ? null : whyNot is null ? "applied" : $"not applied: {whyNot}");
    }

    /// <summary>Whether an instance may leave the group that ends together with this process's job.</summary>
    /// <exception cref="CloudException">It may not.</exception>
    public void ThrowIfBound(LaunchId launch)
    {
        if (callerGroups.Value.WhyBound is { } why)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"start {launch}: {why}");
        }
    }
}
