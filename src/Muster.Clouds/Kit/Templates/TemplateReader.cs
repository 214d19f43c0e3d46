using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Options;
using Muster.Core.Templates;

namespace Muster.Clouds.Kit.Templates;

/// <summary>Reads a template for one kind of cloud, and keeps what was found.</summary>
internal sealed class TemplateReader : OptionReader
{
    private readonly ImmutableArray<TemplateFinding>.Builder _findings = ImmutableArray.CreateBuilder<TemplateFinding>();

    /// <param name="template">What is read.</param>
    /// <param name="known">The options that there are; others are refused.</param>
    public TemplateReader(Template template, ImmutableArray<ConfigOption> known)
        : base(template.Options, known) => Template = template;

    /// <summary>What is read.</summary>
    public Template Template { get; }

    /// <summary>What was found up to now, for what adds to it.</summary>
    public ImmutableArray<TemplateFinding>.Builder Findings => _findings;

    /// <inheritdoc/>
    public override void Refuse(string name, string? value, string allowed) => RefuseField($"options.{name}", value, allowed);

    /// <summary>Notes that a field is wrong.</summary>
    /// <param name="field">Which: <c>image</c>, <c>tags.owner</c>.</param>
    /// <param name="value">What was given; null where nothing was, and something must be.</param>
    /// <param name="allowed">What is allowed.</param>
    public void RefuseField(string field, string? value, string allowed) => _findings.Add(new(
        field, IsGood: false, value is null ? $"{field} is missing: {allowed}" : $"{field} is '{value}': {allowed}"));

    /// <summary>Limits of memory and processors, where the template's size is such; null where it has none, or is refused.</summary>
    /// <param name="orElse">What else a size may be, to end the refusal with.</param>
    public SizeLimits? ReadLimits(string orElse = "")
    {
        if (!SizeLimits.TryParse(Template.Size, out var limits, out var error))
        {
            RefuseField("size", Template.Size, error + orElse);
        }

        return limits;
    }

    /// <summary>Refuses a firewall where the cloud has none for an instance.</summary>
    public void RefuseFirewall(string why)
    {
        if (Template.FirewallEnabled)
        {
            RefuseField("firewall", "on", why);
        }
    }

    /// <summary>Ends the reading; options that there are none of are refused.</summary>
    /// <param name="make">Makes what is to be launched; only called when nothing is wrong.</param>
    public TemplateReading<T> End<T>(Func<T> make) where T : class
    {
        RefuseUnknown();
        var isGood = _findings.All(finding => finding.IsGood);
        return new(_findings.ToImmutable(), isGood ? make() : null);
    }
}
