using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Placements;
using Muster.Core.Templates;
using Muster.Server.Finders;
using Muster.Server.Instances;
using Muster.Server.Problems;

namespace Muster.Server.Groups;

/// <summary>
/// Reads how somebody wants a group spread: finds the templates, and asks the clouds for their zones where zones are named.
/// </summary>
internal sealed class LayoutReader(TemplateFinder templates, ICloudDirectory clouds)
{
    /// <summary>Reads it.</summary>
    /// <param name="account">Whose group.</param>
    /// <param name="asked">What was sent.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <exception cref="CloudException">A cloud could not say which zones it has.</exception>
    /// <exception cref="ProblemException">A cloud wants silence.</exception>
    public async Task<ReadLayout> ReadAsync(AccountId account, LayoutAsked asked, CancellationToken cancellationToken)
    {
        var wrong = ImmutableArray.CreateBuilder<WrongReference>();
        var template = await ResolveAsync(
            account, asked.IsNew ? Given(asked.Template) : asked.Template, "template", wrong, cancellationToken);
        var placements = asked.Placements is null ? null : new List<NewPlacement>(asked.Placements.Count);
        for (var i = 0; placements is not null && i < Math.Min(asked.Placements!.Count, Layout.PlacementsMax + 1); i++)
        {
            var placement = asked.Placements[i];
            placements.Add(new()
            {
                Name = placement.Name,
                Template = await ResolveAsync(account, Given(placement.Template), $"placements[{i}].template", wrong, cancellationToken),
                Zone = placement.Zone,
                Rank = placement.Rank,
                Weight = placement.Weight,
                Min = placement.Min,
                Max = placement.Max,
                Base = placement.Base,
                IsInterruptible = placement.Interruptible,
            });
        }

        var zones = new Dictionary<string, ImmutableArray<string>?>(StringComparer.Ordinal);
        var zoned = (placements ?? []).Where(placement => placement.Zone is not null).Select(placement => placement.Template?.Cloud)
            .Append(asked.Zones is null ? null : template?.Cloud ?? asked.HomeCloud);
        foreach (var cloud in zoned.OfType<string>().Distinct().ToList())
        {
            zones[cloud] = await ZonesAsync(account, cloud, cancellationToken);
        }

        CloudTraits? TraitsOf(string cloud) => clouds.Find(account, cloud)?.Cloud.Traits;
        return new(
            template,
            new()
            {
                Placements = placements is null ? null : [.. placements],
                Zones = asked.Zones is null ? null : [.. asked.Zones],
                Distribution = asked.Distribution,
                OnDemandPercentAboveBase = asked.OnDemandPercentAboveBase,
                SpillAfterSeconds = asked.SpillAfterS,
                ReturnAfterSeconds = asked.ReturnAfterS,
                Surge = asked.Surge,
                ZonesOf = zones.GetValueOrDefault,
                HasInterruptible = cloud => TraitsOf(cloud)?.Interruptible is true,
            },
            wrong.ToImmutable())
        {
            TraitsOf = TraitsOf,
        };
    }

    private async Task<Template?> ResolveAsync(
        AccountId account,
        string? idOrName,
        string field,
        ImmutableArray<WrongReference>.Builder wrong,
        CancellationToken cancellationToken)
    {
        if (idOrName is null)
        {
            return null;
        }

        var (template, error) = await templates.ResolveAsync(account, idOrName, field, cancellationToken);
        if (error is not null)
        {
            wrong.Add(error);
        }

        return template;
    }

    /// <summary>An empty name where one is required is a missing one.</summary>
    private static string? Given(string? name) => string.IsNullOrEmpty(name) ? null : name;

    /// <summary>Null for a cloud that has none.</summary>
    private async Task<ImmutableArray<string>?> ZonesAsync(AccountId account, string name, CancellationToken cancellationToken)
    {
        if (clouds.Find(account, name) is not { } cloud || cloud.Cloud.Zones is not { } zoned)
        {
            return null;
        }

        Listing.RefuseWhenSilent(cloud);
        var zones = await zoned.ListZonesAsync(cancellationToken);
        return zones.IsEmpty ? null : zones;
    }
}

/// <summary>How somebody wants a group spread, as it was sent.</summary>
internal sealed record LayoutAsked
{
    public string? Template { get; init; }

    public IReadOnlyList<PlacementInput>? Placements { get; init; }

    public IReadOnlyList<string>? Zones { get; init; }

    public string? Distribution { get; init; }

    public int? OnDemandPercentAboveBase { get; init; }

    public double? SpillAfterS { get; init; }

    public double? ReturnAfterS { get; init; }

    public string? Surge { get; init; }

    /// <summary>The cloud of the group's template now, whose zones count where no template is named; null for a new group.</summary>
    public string? HomeCloud { get; init; }

    public bool IsNew { get; init; }

    public static LayoutAsked Of(GroupInput input) => new()
    {
        IsNew = true,
        Template = input.Template,
        Placements = input.Placements,
        Zones = input.Zones,
        Distribution = input.Distribution,
        OnDemandPercentAboveBase = input.OnDemandPercentAboveBase,
        SpillAfterS = input.SpillAfterS,
        ReturnAfterS = input.ReturnAfterS,
        Surge = input.Surge,
    };

    public static LayoutAsked Of(GroupUpdate input, string? homeCloud) => new()
    {
        Template = input.Template,
        Placements = input.Placements,
        Zones = input.Zones,
        Distribution = input.Distribution,
        OnDemandPercentAboveBase = input.OnDemandPercentAboveBase,
        SpillAfterS = input.SpillAfterS,
        ReturnAfterS = input.ReturnAfterS,
        Surge = input.Surge,
        HomeCloud = homeCloud,
    };
}

/// <summary>How somebody wants a group spread, with what it names at hand.</summary>
/// <param name="Template">The template beside the placements; null when none is named, or it was not found.</param>
/// <param name="Edit">The placements.</param>
/// <param name="Wrong">What could not be found.</param>
internal sealed record ReadLayout(Template? Template, LayoutEdit Edit, ImmutableArray<WrongReference> Wrong)
{
    public static ReadLayout Nothing { get; } = new(null, LayoutEdit.None, []);

    /// <summary>What is known of a cloud, by name; null of one that the server does not know.</summary>
    public Func<string, CloudTraits?> TraitsOf { get; init; } = _ => null;

    /// <summary>Every template that is named.</summary>
    public IEnumerable<Template> Templates =>
        (Edit.Placements ?? []).Select(placement => placement.Template).Append(Template).OfType<Template>();
}
