using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Templates;

namespace Muster.Clouds.Triton.Templates;

/// <summary>What can be said of a template without a call.</summary>
internal static class TemplateText
{
    /// <summary>With Triton's own naming service on the account, a name is a label of the DNS.</summary>
    public static NameRule Names { get; } = new() { LengthMax = 63 };

    /// <summary>Tags that CloudAPI keeps for itself.</summary>
    private static readonly string[] ReservedTags = ["account", "machine", "uuid", "owner_uuid", "context", "image"];

    /// <summary>Metadata that the server writes.</summary>
    private static readonly string[] ReservedMetadata = ["credentials", "root_authorized_keys"];

    /// <summary>Reads it: what CloudAPI could only refuse too, or would take for something else, is refused.</summary>
    /// <param name="template">The template.</param>
    /// <param name="name">The name of the instance to launch; null for a template alone.</param>
    public static TemplateReading<Template> Read(Template template, string? name)
    {
        var reader = new TemplateReader(template, TritonOptions.All);
        if (!Guid.TryParse(template.Image, out _))
        {
            reader.RefuseField("image", template.Image, "the id of an image, a UUID: triton image list");
        }

        if (template.Size is null)
        {
            reader.RefuseField("size", null, "the name or id of a package: triton package list");
        }

        foreach (var network in template.Networks.Where(network => !Guid.TryParse(network, out _)))
        {
            reader.RefuseField("network", network, "the id of a network, a UUID: triton network list");
        }

        if (template.NamePrefix is { } prefix && !Names.First(prefix[0]))
        {
            reader.RefuseField("name_prefix", prefix, "a letter or digit first");
        }
        else if (name is not null && !Names.First(name[0]))
        {
            reader.RefuseField("name", name, "a letter or digit first; give the template a name_prefix");
        }

        foreach (var key in template.Tags.Keys.Where(ReservedTags.Contains))
        {
            reader.RefuseField($"tags.{key}", template.Tags[key], "not this key, which CloudAPI keeps for itself");
        }

        foreach (var key in template.Metadata.Keys.Where(ReservedMetadata.Contains))
        {
            // The value may be a secret, and is not shown.
            reader.Findings.Add(new($"metadata.{key}", IsGood: false, $"metadata.{key} is not allowed: CloudAPI writes it itself"));
        }

        TritonOptions.Check(reader);
        return reader.End(() => template);
    }
}
