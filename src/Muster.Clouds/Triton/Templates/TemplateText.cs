using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Triton.Templates;

/// <summary>What can be said of a template without a call.</summary>
internal static class TemplateText
{
    /// <summary>Tags that CloudAPI keeps for itself.</summary>
    private static readonly string[] ReservedTags = ["account", "machine", "uuid", "owner_uuid", "context", "image"];

    /// <summary>Metadata that the server writes.</summary>
    private static readonly string[] ReservedMetadata = ["credentials", "root_authorized_keys"];

    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    public static ImmutableArray<TemplateFinding> Check(Template template)
    {
        var findings = ImmutableArray.CreateBuilder<TemplateFinding>();
        void Wrong(string field, string? value, string allowed) => findings.Add(new(
            field, IsGood: false, value is null ? $"{field} is missing: {allowed}" : $"{field} is '{value}': {allowed}"));
        if (!Guid.TryParse(template.Image, out _))
        {
            Wrong("image", template.Image, "the id of an image, a UUID: triton image list");
        }

        if (template.Size is null)
        {
            Wrong("size", null, "the name or id of a package: triton package list");
        }

        foreach (var network in template.Networks.Where(network => !Guid.TryParse(network, out _)))
        {
            Wrong("network", network, "the id of a network, a UUID: triton network list");
        }

        if (template.NamePrefix is { } prefix && !char.IsAsciiLetterOrDigit(prefix[0]))
        {
            Wrong("name_prefix", prefix, "a letter or digit first");
        }

        foreach (var key in template.Tags.Keys.Where(ReservedTags.Contains))
        {
            Wrong($"tags.{key}", template.Tags[key], "not this key, which CloudAPI keeps for itself");
        }

        foreach (var key in template.Metadata.Keys.Where(ReservedMetadata.Contains))
        {
            findings.Add(new($"metadata.{key}", IsGood: false, $"metadata.{key} is not allowed: CloudAPI writes it itself"));
        }

        TritonOptions.Check(template, findings);
        return findings.ToImmutable();
    }

    /// <summary>Refuses a launch that CloudAPI could only refuse too, or would take for something else.</summary>
    /// <exception cref="CloudException">It is wrong; says everything that is.</exception>
    public static void ThrowIfWrong(LaunchRequest request)
    {
        var wrong = Check(request.Template).Select(finding => finding.Message).ToList();
        if (!char.IsAsciiLetterOrDigit(request.Name[0]))
        {
            wrong.Add($"the name is '{request.Name}': a letter or digit first; give the template a name_prefix");
        }

        if (wrong.Count > 0)
        {
            throw new CloudException(CloudErrorKind.InvalidRequest, $"launch {request.Name}: {string.Join("; ", wrong)}");
        }
    }
}
