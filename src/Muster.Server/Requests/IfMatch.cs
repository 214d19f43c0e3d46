using System.Collections.Immutable;
using System.Globalization;

using Microsoft.Net.Http.Headers;

using Muster.Core.Groups;
using Muster.Server.Problems;

namespace Muster.Server.Requests;

/// <summary>The <c>If-Match</c> header (RFC 9110, 13.1.1): a change is made only to a version that the caller has seen.</summary>
/// <param name="Tags">The strong tags it names; null when any version will do.</param>
public sealed record IfMatch(ImmutableArray<string>? Tags)
{
    /// <summary>Any version will do.</summary>
    public static readonly IfMatch None = new((ImmutableArray<string>?)null);

    /// <summary>Whether the caller named versions at all.</summary>
    public bool IsGiven => Tags is not null;

    /// <summary>Reads it from a request.</summary>
    /// <exception cref="ProblemException">It is malformed.</exception>
    public static IfMatch Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return None;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags))
        {
            throw ProblemException.About(
                ProblemKinds.MalformedHeader, "If-Match", header.ToString(), "the group's ETag with its quotes, as \"3\", or *");
        }

        // A weak tag never matches here, as the RFC wants it.
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any))
            ? None
            : new([.. tags.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.ToString())]);
    }

    /// <summary>Refuses a version that it does not name.</summary>
    /// <exception cref="ProblemException">The group is at a version that the caller has not seen.</exception>
    public void Check(Group group)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (Tags is { } tags && !tags.Contains(ETagOf(group.Version)))
        {
            throw Stale(group);
        }
    }

    /// <summary>The refusal.</summary>
    internal static ProblemException Stale(Group group) => new(
        ProblemKinds.StaleVersion,
        string.Create(
            CultureInfo.InvariantCulture, $"group '{group.Name}' is at version {group.Version} by now: read it again and decide again"));

    /// <summary>A version as the header has it.</summary>
    public static string ETagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
