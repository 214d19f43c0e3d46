using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Core.Launching;

/// <summary>The tags that a new instance gets.</summary>
public static class InstanceTags
{
    /// <summary>All of Muster's own tags for one launch, and the template's.</summary>
    public static ImmutableSortedDictionary<string, string> For(
        InstallationId installation, Group group, Template template, LaunchId launch) =>
        template.Tags.SetItems(new Dictionary<string, string>
        {
            [MusterTags.Installation] = installation.ToString(),
            [MusterTags.Account] = group.Account.ToString(),
            [MusterTags.Group] = group.Id.ToString(),
            [MusterTags.GroupName] = group.Name,
            [MusterTags.Template] = template.Id.ToString(),
            [MusterTags.Launch] = launch.ToString(),
        });
}
