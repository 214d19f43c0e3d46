using System.Collections.Immutable;

namespace Muster.Core.Clouds;

/// <summary>What a cloud thinks of a template before anything is launched.</summary>
/// <param name="Findings">Each thing looked at.</param>
public sealed record TemplateCheck(ImmutableArray<TemplateFinding> Findings)
{
    /// <summary>Whether a launch can work, as far as can be known.</summary>
    public bool IsGood => Findings.All(finding => finding.IsGood);
}

/// <summary>One thing looked at.</summary>
/// <param name="Field">The template's field: <c>image</c>, <c>size</c>, <c>network</c>.</param>
/// <param name="IsGood">The verdict.</param>
/// <param name="Message">What was found, or what is wrong and what is allowed.</param>
public sealed record TemplateFinding(string Field, bool IsGood, string Message);
