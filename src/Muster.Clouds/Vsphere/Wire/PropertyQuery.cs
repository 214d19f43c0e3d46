using System.Collections.Immutable;

namespace Muster.Clouds.Vsphere.Wire;

/// <summary>What a property collector is asked.</summary>
/// <param name="Root">Where it begins.</param>
/// <param name="Steps">How it goes on; none for the object itself.</param>
/// <param name="Wanted">Which properties of which types.</param>
internal sealed record PropertyQuery(
    MoRef Root, ImmutableArray<Traversal> Steps, ImmutableArray<(string Type, ImmutableArray<string> Paths)> Wanted)
{
    /// <summary>Properties of one object.</summary>
    public static PropertyQuery Of(MoRef target, params ImmutableArray<string> paths) => new(target, [], [(target.Type, paths)]);

    /// <summary>From a folder to all that is in it, and in folders in it.</summary>
    public static Traversal Folders { get; } = new("folders", "Folder", "childEntity", ["folders"]);

    /// <summary>Writes it.</summary>
    public void Write(SoapWriter writer, string name) => writer.Element(name, () =>
    {
        foreach (var (type, paths) in Wanted)
        {
            writer.Element("propSet", () =>
            {
                writer.Text("type", type);
                writer.Texts("pathSet", paths);
            });
        }

        writer.Element("objectSet", () =>
        {
            writer.Ref("obj", Root);
            writer.Flag("skip", !Steps.IsEmpty);
            foreach (var step in Steps)
            {
                Write(writer, step);
            }
        });
    });

    private static void Write(SoapWriter writer, Traversal step) => writer.Element(
        "selectSet",
        () =>
        {
            writer.Text("name", step.Name);
            writer.Text("type", step.Type);
            writer.Text("path", step.Path);
            writer.Flag("skip", false);
            foreach (var then in step.Then)
            {
                writer.Element("selectSet", () => writer.Text("name", then), "SelectionSpec");
            }
        },
        "TraversalSpec");
}
