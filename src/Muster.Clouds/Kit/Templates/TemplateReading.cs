using System.Collections.Immutable;

using Muster.Core.Clouds;

namespace Muster.Clouds.Kit.Templates;

/// <summary>What a cloud makes of a template, without asking anybody.</summary>
/// <typeparam name="T">What it launches.</typeparam>
/// <param name="Findings">Each thing looked at that is worth a word.</param>
/// <param name="Spec">What to launch; null when any finding is bad.</param>
internal sealed record TemplateReading<T>(ImmutableArray<TemplateFinding> Findings, T? Spec) where T : class
{
    /// <summary>Every bad finding in one sentence.</summary>
    public string Refusal => string.Join("; ", Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message));

    /// <summary>What to launch.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.InvalidRequest"/>: the template cannot be; says everything that is wrong.
    /// </exception>
    public T Required => Spec ?? throw new CloudException(CloudErrorKind.InvalidRequest, Refusal);
}
