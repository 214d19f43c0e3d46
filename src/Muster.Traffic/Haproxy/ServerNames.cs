using System.Security.Cryptography;
using System.Text;

using Muster.Core;

namespace Muster.Traffic.Haproxy;

/// <summary>Which servers of a backend are Muster's, by their names. Pure.</summary>
/// <param name="Prefix">How they begin; ends in a letter.</param>
/// <remarks>
/// <c>muster7</c> is the slot of a <c>server-template muster 20 ...</c>; <c>muster-0a1b2c3d-i-0042</c> was added for an instance of the
/// group whose id begins so. Whatever is called otherwise is the operator's.
/// </remarks>
internal sealed record ServerNames(string Prefix)
{
    private const int GroupLength = 8;

    // HAProxy takes longer ones; people do not.
    private const int InstanceLengthMax = 48;

    /// <summary>Whether it is a slot that holds whoever comes.</summary>
    public bool IsSlot(string name) =>
        name.Length > Prefix.Length && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.AsSpan(Prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>Whether it was added for a member of a group.</summary>
    public bool IsAdded(string name, GroupId group) => name.StartsWith(AddedStart(group), StringComparison.Ordinal);

    /// <summary>What a server is called that is added for an instance.</summary>
    public string Of(GroupId group, string cloud, InstanceId instance)
    {
        var text = new StringBuilder(AddedStart(group));
        var id = instance.Value;
        var isPlain = id.Length <= InstanceLengthMax;
        foreach (var c in isPlain ? id : id[..InstanceLengthMax])
        {
            var isKept = char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
            isPlain &= isKept;
            text.Append(isKept ? c : '_');
        }

        return isPlain ? text.ToString() : text.Append('-').Append(Hash($"{cloud}/{id}")).ToString();
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..GroupLength];

    private string AddedStart(GroupId group) => $"{Prefix}-{group.Value.ToString("N")[..GroupLength]}-";
}
