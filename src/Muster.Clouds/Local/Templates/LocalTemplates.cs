using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Kit.Templates;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Options;
using Muster.Core.Templates;

namespace Muster.Clouds.Local.Templates;

/// <summary>Turns a template into a command, limits and variables, or says everything that is wrong with it.</summary>
/// <param name="known">The options that templates have here.</param>
/// <param name="stopGrace">That one of them that says how long an instance may take to end.</param>
/// <param name="usualGrace">For templates that do not say.</param>
/// <param name="executables">Finds the image's program.</param>
/// <param name="whyNoLimits">Why limits cannot be applied here; null when they can.</param>
/// <param name="whyBound">Why an instance would end with the job that this process is; null when it would not.</param>
internal sealed class LocalTemplates(
    ImmutableArray<ConfigOption> known,
    ConfigOption<TimeSpan?> stopGrace,
    TimeSpan usualGrace,
    ExecutableFinder executables,
    Func<string?> whyNoLimits,
    Func<string?> whyBound)
{
    /// <summary>Reads it.</summary>
    public TemplateReading<InstanceSpec> Read(Template template)
    {
        var reader = new TemplateReader(template, known);
        var command = ReadImage(reader);
        var limits = reader.ReadLimits();
        if (limits is not null)
        {
            // Good all the same: the instance starts, and says in its attributes that it has no limits.
            reader.Findings.Add(new("size", IsGood: true,
                whyNoLimits() is { } why ? $"would not be applied here: {why}" : "limits memory and processors by cgroup"));
        }

        if (template.Networks is { IsDefaultOrEmpty: false } networks)
        {
            reader.RefuseField("network", string.Join(", ", networks), "a local process has the machine's network and no other");
        }

        reader.RefuseFirewall("nothing guards a local process; leave it off");
        var grace = reader.Read(stopGrace) ?? usualGrace;
        var metadata = MetadataVariables.Read(template.Metadata, reader.Findings);
        if (whyBound() is { } bound)
        {
            reader.RefuseField("cloud", template.Cloud, bound);
        }

        return reader.End(() => new InstanceSpec(command, limits, grace, metadata));
    }

    private ImmutableArray<string> ReadImage(TemplateReader reader)
    {
        var image = reader.Template.Image;
        if (!CommandLine.TrySplit(image, out var words, out var error) || !executables.TryFind(words[0], out var path, out error))
        {
            reader.RefuseField("image", image, error!);
            return [];
        }

        reader.Findings.Add(new("image", IsGood: true, $"runs {path}"));
        return words.SetItem(0, path);
    }
}
