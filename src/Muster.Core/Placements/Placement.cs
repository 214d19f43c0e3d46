using System.Collections.Immutable;

using Muster.Core.Prices;
using Muster.Core.Templates;

namespace Muster.Core.Placements;

/// <summary>Where a part of a group lives, with its template at hand.</summary>
/// <param name="Name">Unique in its group.</param>
/// <param name="Template">What the next launch there is made from; it names the cloud.</param>
public sealed record Placement(string Name, Template Template)
{
    /// <summary>The name of a group's one placement, where the group has a template and no list of placements.</summary>
    public const string Only = "only";

    private static readonly PlacementSpec Unbounded = new() { Name = Only, Template = default };

    /// <summary>What a user wrote of it; for a group with a template and no list, nothing but the template.</summary>
    public PlacementSpec Spec { get; init; } = Unbounded;

    /// <summary>
    /// Whether it only holds what lives outside of the group's placements, such as in one that was taken out: nothing is launched there.
    /// </summary>
    public bool IsEarlier { get; init; }

    /// <summary>The cloud.</summary>
    public string Cloud => Template.Cloud;

    /// <summary>The cloud's part where instances are made; null where the cloud, or its template, says.</summary>
    public string? Zone => Spec.Zone;

    /// <summary>Where a group lives, in the user's order; of a group with a template and no list, the only one.</summary>
    /// <param name="layout">How it is spread; null for a template alone.</param>
    /// <param name="template">That template; of a group that is spread, it may be null.</param>
    /// <param name="templates">Those that its placements name.</param>
    /// <exception cref="InvalidOperationException">A template is missing: a bug, since nobody may act on a part of a group.</exception>
    public static ImmutableArray<Placement> AllOf(Layout? layout, Template? template, ImmutableArray<Template> templates)
    {
        if (layout is not null)
        {
            var placements = ImmutableArray.CreateBuilder<Placement>(layout.Placements.Length);
            foreach (var spec in layout.Placements)
            {
                placements.Add(new(spec.Name, TemplateOf(spec, templates)) { Spec = spec });
            }

            return placements.MoveToImmutable();
        }

        return [new(Only, template ?? throw new InvalidOperationException("a group has neither placements nor a template"))];
    }

    /// <summary>What an instance costs an hour there; null where nobody knows.</summary>
    public decimal? PriceIn(PriceBook book)
    {
        ArgumentNullException.ThrowIfNull(book);
        return book.Find(Cloud, Zone, Template.Size, Spec.IsInterruptible);
    }

    /// <summary>The name of what lives on a cloud outside of the group's placements. No user's placement can have it.</summary>
    public static string EarlierOn(string cloud) => $"earlier@{cloud}";

    private static Template TemplateOf(PlacementSpec spec, ImmutableArray<Template> templates)
    {
        foreach (var template in templates)
        {
            if (template.Id == spec.Template)
            {
                return template;
            }
        }

        throw new InvalidOperationException($"placement {spec.Name} lacks its template {spec.Template}");
    }
}
