using System.Collections.Immutable;

using Muster.Terraform.Findings;
using Muster.Terraform.Values;

namespace Muster.Terraform.Planning;

/// <summary>A plan in the making, for one resource.</summary>
internal sealed class ChangeDraft
{
    /// <summary>What is so; null for an object to be made.</summary>
    public required Fields? Prior { get; init; }

    /// <summary>What the user wrote.</summary>
    public required Fields Config { get; init; }

    /// <summary>What shall be.</summary>
    public required Value.Mapping Planned { get; set; }

    /// <summary>Changes that no update can make.</summary>
    public ImmutableArray<AttributePath> Replaces { get; set; } = [];

    /// <summary>Whether anything changes.</summary>
    public bool IsChange => Prior is not { } prior || !prior.Object.Equals(Planned);

    /// <summary>Whether an object is made by this: there is none, or the old one cannot become what is wanted.</summary>
    public bool Makes => Prior is null || !Replaces.IsEmpty;

    public void Set(string name, Value value) => Planned = Planned.With([(name, value)]);
}
