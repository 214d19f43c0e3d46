using System.Collections.Immutable;

using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Templates;

/// <summary>What this cloud makes of a template.</summary>
/// <param name="Findings">Each thing looked at.</param>
/// <param name="Spec">What to launch; null when any finding is bad.</param>
internal sealed record TemplateReading(ImmutableArray<TemplateFinding> Findings, InstanceSpec? Spec)
{
    /// <summary>Every bad finding in one sentence.</summary>
    public string Refusal => string.Join("; ", Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));
}
