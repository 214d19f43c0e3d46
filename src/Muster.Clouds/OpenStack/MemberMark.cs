using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.OpenStack;

/// <summary>
/// The name of a member, by which it is known whose it is: <c>muster-GROUP-INSTANCE</c>. Every release of Octavia has names, and a creation
/// sets them; tags came later.
/// </summary>
internal static class MemberMark
{
    private const string Start = "muster-";

    /// <summary>The name of an instance's member; of 76 characters, and Octavia takes 255.</summary>
    public static string Of(GroupId group, InstanceId instance) => $"{StartOf(group)}{instance.Value}";

    /// <summary>The instance whose member of a group has a name; null where the name is no mark of the group's.</summary>
    public static InstanceId? InstanceOf(GroupId group, string? name) =>
        name?.StartsWith(StartOf(group), StringComparison.Ordinal) is true && name.Length > StartOf(group).Length
            ? new(name[StartOf(group).Length..])
            : null;

    /// <summary>Whether a name is a mark of any group's.</summary>
    public static bool IsAny(string? name) => name is not null && name.StartsWith(Start, StringComparison.Ordinal)
        && Guid.TryParseExact(name.AsSpan(Start.Length, Math.Min(32, name.Length - Start.Length)), "N", out _);

    private static string StartOf(GroupId group) => $"{Start}{group.Value:N}-";
}
