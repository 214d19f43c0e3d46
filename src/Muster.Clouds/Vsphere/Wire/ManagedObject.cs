using System.Collections.Immutable;

namespace Muster.Clouds.Vsphere.Wire;

/// <summary>What a property collector tells of an object.</summary>
/// <param name="Ref">Which.</param>
/// <param name="Properties">By their paths; what is unset is not there.</param>
/// <param name="Missing">Which could not be told, and by which fault.</param>
internal sealed record ManagedObject(
    MoRef Ref, ImmutableDictionary<string, SoapNode> Properties, ImmutableArray<(string Path, SoapFault Fault)> Missing)
{
    /// <summary>Reads an <c>ObjectContent</c>, or the change of an <c>ObjectUpdate</c>; null where it names no object.</summary>
    public static ManagedObject? Read(SoapNode node)
    {
        if (node.RefOf("obj") is not { } target)
        {
            return null;
        }

        var properties = ImmutableDictionary.CreateBuilder<string, SoapNode>(StringComparer.Ordinal);
        foreach (var property in node.Children.Where(child => child.Name is "propSet" or "changeSet"))
        {
            if (property.TextOf("name") is { } name && property["val"] is { } value)
            {
                properties[name] = value;
            }
        }

        return new(
            target,
            properties.ToImmutable(),
            [
                .. node.All("missingSet").Where(missing => missing.TextOf("path") is not null)
                    .Select(missing => (missing.TextOf("path")!, SoapFault.Of(missing["fault"]))),
            ]);
    }

    /// <summary>The text of a property; null where it is unset.</summary>
    public string? Text(string path) => Properties.TryGetValue(path, out var value) && value.Text.Length > 0 ? value.Text : null;

    /// <summary>The reference in a property; null where it is unset.</summary>
    public MoRef? RefOf(string path) => Properties.TryGetValue(path, out var value) ? value.AsRef : null;
}
