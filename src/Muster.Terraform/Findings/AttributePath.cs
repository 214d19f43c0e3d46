using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Terraform.Findings;

/// <summary>Where in an object: <c>networks[0]</c>, <c>tags["role"]</c>, <c>brakes.launches_per_hour_max</c>.</summary>
/// <param name="Steps">
/// From the outside in: a <c>string</c> names an attribute, <see cref="Key"/> an entry, an <c>int</c> an element.
/// </param>
internal sealed record AttributePath(ImmutableArray<object> Steps)
{
    /// <summary>A key of a map.</summary>
    internal sealed record Key(string Text);

    public static AttributePath Of(string attribute) => new([attribute]);

    public AttributePath At(string attribute) => new(Steps.Add(attribute));

    public AttributePath AtKey(string key) => new(Steps.Add(new Key(key)));

    public AttributePath AtIndex(int index) => new(Steps.Add(index));

    public bool Equals(AttributePath? other) => other is not null && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => Steps.Aggregate(Steps.Length, HashCode.Combine);

    /// <summary>As users write it.</summary>
    public override string ToString() => string.Concat(Steps.Select((step, index) => step switch
    {
        string name => index == 0 ? name : $".{name}",
        Key key => $"[\"{key.Text}\"]",
        _ => string.Create(CultureInfo.InvariantCulture, $"[{step}]"),
    }));
}
