using System.Collections.Immutable;

using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Triton.Scaling;

/// <summary>Takes over the machines that the original made for the group. A run that does so launches and terminates nothing.</summary>
/// <remarks>
/// The original knew its machines by a name in a tag, which anybody may write. So its template's id must fit too, or the user must say
/// so; what fits neither is left alone, and nothing is done beside it: it may be the group's, and a launch in its place one too many.
/// </remarks>
public static class TsgAdoption
{
    private const string NameTag = "tsg.name", TemplateTag = "tsg.template";

    /// <summary>Machines named in an error; more would not be read.</summary>
    private const int NamedMax = 5;

    /// <summary>Takes over what fits.</summary>
    /// <param name="request">Which group.</param>
    /// <param name="tags">The tags by which a machine is the group's.</param>
    /// <param name="cloud">Where they are.</param>
    /// <param name="log">Is told of each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What carries the group's name; null when any was taken over.</returns>
    /// <exception cref="TsgScaleException">There are some that may be another service's.</exception>
    public static async Task<ImmutableArray<Instance>?> RunAsync(
        TsgScaleRequest request, ImmutableSortedDictionary<string, string> tags, GovernedCloud cloud, TsgLog log,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(cloud);
        ArgumentNullException.ThrowIfNull(log);
        var adoption = cloud.Adoption ?? throw new InvalidOperationException("a triton cloud can adopt");
        var tagged = await adoption.FindTaggedAsync(NameTag, request.Group, cancellationToken);
        ImmutableArray<Instance> originals = [.. tagged.Where(IsOriginals).OrderBy(instance => instance.Id)];
        ThrowIfAnothers(request, [.. originals.Where(instance => !Fits(instance, request))]);
        foreach (var original in originals)
        {
            await adoption.TagAsync(original.Id, tags, cancellationToken);
            log.Adopted(request, original.Id);
        }

        return originals.Length > 0 ? null : tagged;
    }

    /// <summary>Some of Muster's tags are enough: a machine that lost one by an editor's slip is not the original's.</summary>
    private static bool IsOriginals(Instance instance) =>
        instance.State is not InstanceState.Terminating
        && !instance.Tags.Keys.Any(key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal));

    private static bool Fits(Instance instance, TsgScaleRequest request) => request.AdoptsAll
        || (Guid.TryParse(instance.Tags.GetValueOrDefault(TemplateTag), out var template) && template == request.Template.Id.Value);

    private static void ThrowIfAnothers(TsgScaleRequest request, ImmutableArray<Instance> others)
    {
        if (others.Length == 0)
        {
            return;
        }

        var named = string.Join(", ", others.Take(NamedMax).Select(instance => instance.Id));
        throw new TsgScaleException(
            $"{others.Length} machines carry the tag {NameTag}={request.Group}, none of Muster's, and another {TemplateTag} than "
            + $"{request.Template.Id} "
            + $"({named}{(others.Length > NamedMax ? ", ..." : "")}): nothing was done. "
            + $"If they are this group's, run once with --{TsgFlags.Adopt} "
            + $"to take them over as they are; else take the tag {NameTag} off them");
    }
}
