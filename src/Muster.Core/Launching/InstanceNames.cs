using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Core.Launching;

/// <summary>The names that instances get.</summary>
public static class InstanceNames
{
    /// <summary>Hex digits of the launch id in the name: 48 bits keep 100,000 names apart.</summary>
    private const int IdLength = 12;

    /// <summary>Prefix (the template's, else the group's name) and a part of the launch id, within the cloud's limit.</summary>
    public static string For(Group group, Template template, LaunchId launch, CloudTraits traits)
    {
        var prefix = template.NamePrefix ?? group.Name;
        var length = Math.Min(prefix.Length, traits.NameLengthMax - IdLength - 1);
        return $"{prefix.AsSpan(0, Math.Max(1, length))}-{launch.Value.ToString("N").AsSpan(0, IdLength)}";
    }
}
