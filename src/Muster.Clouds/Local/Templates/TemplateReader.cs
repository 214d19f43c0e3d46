using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Kit.Templates;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Local.Templates;

/// <summary>Turns a template into a command, limits and variables, or says everything that is wrong with it.</summary>
/// <param name="executables">Finds the image's program.</param>
/// <param name="whyNoLimits">Why limits cannot be applied here; null when they can.</param>
/// <param name="whyBound">Why an instance would end with the job that this process is; null when it would not.</param>
/// <param name="stopGrace">For templates that do not say.</param>
internal sealed class TemplateReader(ExecutableFinder executables, Func<string?> whyNoLimits, Func<string?> whyBound, TimeSpan stopGrace)
{
    private const string StopGraceOption = "stop_grace";

    public TemplateReading Read(Template template)
    {
        var findings = ImmutableArray.CreateBuilder<TemplateFinding>();
        var command = ReadImage(template.Image, findings);
        var limits = ReadSize(template.Size, findings);
        RefuseNetworks(template, findings);
        var grace = ReadOptions(template.Options, findings);
        var metadata = MetadataVariables.Read(template.Metadata, findings);
        if (whyBound() is { } why)
        {
            findings.Add(new TemplateFinding("cloud", IsGood: false, $"cloud is '{template.Cloud}': {why}"));
        }

        var isGood = findings.All(finding => finding.IsGood);
        return new TemplateReading(
            findings.ToImmutable(), isGood ? new InstanceSpec(command, limits, grace, metadata) : null);
    }

    private ImmutableArray<string> ReadImage(string image, ImmutableArray<TemplateFinding>.Builder findings)
    {
        if (!CommandLine.TrySplit(image, out var words, out var error))
        {
            findings.Add(new TemplateFinding("image", IsGood: false, $"image is '{image}': {error}"));
            return [];
        }

        if (!executables.TryFind(words[0], out var path, out error))
        {
            findings.Add(new TemplateFinding("image", IsGood: false, $"image is '{image}': {error}"));
            return [];
        }

        findings.Add(new TemplateFinding("image", IsGood: true, $"runs {path}"));
        return words.SetItem(0, path);
    }

    private SizeLimits? ReadSize(string? size, ImmutableArray<TemplateFinding>.Builder findings)
    {
        if (!SizeLimits.TryParse(size, out var limits, out var error))
        {
            findings.Add(new TemplateFinding("size", IsGood: false, $"size is '{size}': {error}"));
        }
        else if (limits is not null)
        {
            // Good all the same: the instance starts, and says in its attributes that it has no limits.
            findings.Add(new TemplateFinding("size", IsGood: true,
                whyNoLimits() is { } why ? $"would not be applied here: {why}" : "limits memory and processors by cgroup"));
        }

        return limits;
    }

    private static void RefuseNetworks(Template template, ImmutableArray<TemplateFinding>.Builder findings)
    {
        if (template.Networks is { IsDefaultOrEmpty: false } networks)
        {
            findings.Add(new TemplateFinding("network", IsGood: false,
                $"network is '{string.Join(", ", networks)}': a local process has the machine's network and no other"));
        }

        if (template.FirewallEnabled)
        {
            findings.Add(new TemplateFinding("firewall", IsGood: false,
                "firewall is 'on': nothing guards a local process; leave it off"));
        }
    }

    private TimeSpan ReadOptions(ImmutableSortedDictionary<string, string> options, ImmutableArray<TemplateFinding>.Builder findings)
    {
        foreach (var (name, value) in options.Where(option => option.Key != StopGraceOption))
        {
            findings.Add(new TemplateFinding($"options.{name}", IsGood: false,
                $"options.{name} is '{value}': no such option; allowed is {StopGraceOption}"));
        }

        if (!options.TryGetValue(StopGraceOption, out var text))
        {
            return stopGrace;
        }

        if (Grace.Parse(text) is { } grace)
        {
            return grace;
        }

        findings.Add(new TemplateFinding($"options.{StopGraceOption}", IsGood: false,
            $"options.{StopGraceOption} is '{text}': allowed is {Grace.Allowed}"));
        return stopGrace;
    }
}
