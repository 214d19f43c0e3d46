using System.Collections.Immutable;

using Muster.Clouds.Ec2.Templates;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Ec2;

/// <summary>Checks a template against the account and the region.</summary>
internal sealed class Ec2TemplateCheck(Ec2Api api, Ec2Launcher launcher, Ec2Images images, Ec2Subnets subnets)
{
    private const int OffersShown = 8;

    /// <summary>Looks at each thing that it names; where all is good, a dry run of the launch says whether it is allowed.</summary>
    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = Ec2Templates.Read(template);
        var findings = reading.Findings.ToBuilder();
        if (reading.Spec is not { } spec)
        {
            return new(findings.ToImmutable());
        }

        findings.Add(await ImageAsync(template, spec, cancellationToken));
        if (spec.Type is { } type)
        {
            findings.Add(await SizeAsync(type, cancellationToken));
        }

        findings.AddRange(await SubnetsAsync(spec.Subnets, cancellationToken));
        findings.AddRange(await NamedAsync(
            "options.security_groups", "security group", "DescribeSecurityGroups", "securityGroupInfo", "group-id", "groupId", spec.Groups,
            cancellationToken));
        findings.AddRange(await NamedAsync(
            "options.key_name", "key pair", "DescribeKeyPairs", "keySet", "key-name", "keyName", spec.KeyName is { } key ? [key] : [],
            cancellationToken));
        findings.AddRange(await LaunchTemplateAsync(spec.Base, cancellationToken));
        if (findings.All(finding => finding.IsGood))
        {
            findings.Add(await DryRunAsync(template, spec, cancellationToken));
        }

        return new(findings.ToImmutable());
    }

    private async Task<TemplateFinding> ImageAsync(Template template, Ec2Spec spec, CancellationToken cancellationToken)
    {
        switch (spec.Image.Form)
        {
            case ImageForm.LaunchTemplate:
                return new("image", IsGood: true, "the image is the launch template's");
            case ImageForm.Parameter:
                return new("image", IsGood: true, $"the image is what parameter {spec.Image.Text} says at each launch");
        }

        if (await images.FindAsync(spec.Image, cancellationToken) is not { } image)
        {
            return new(
                "image", IsGood: false, $"image is '{template.Image}': this region has no such image, or none that the account may use");
        }

        var name = image.TextOf("name") ?? "without a name";
        var state = image.TextOf("imageState");
        return state is null or "available"
            ? new("image", IsGood: true, $"image '{template.Image}' is {image.TextOf("imageId")}, {name}")
            : new("image", IsGood: false, $"image is '{template.Image}': {name} is {state}, and only an available one can be launched");
    }

    private async Task<TemplateFinding> SizeAsync(string type, CancellationToken cancellationToken)
    {
        if (await OffersAsync(type, cancellationToken) is not [])
        {
            return new("size", IsGood: true, $"instance type '{type}' is offered in this region");
        }

        var family = type.Split('.')[0];
        var others = await OffersAsync($"{family}.*", cancellationToken);
        var known = others.Length > 0 ? $"of {family} it offers {Listed(others)}" : $"it offers nothing of {family}";
        return new("size", IsGood: false, $"size is '{type}': this region does not offer that instance type; {known}");
    }

    private async Task<string[]> OffersAsync(string pattern, CancellationToken cancellationToken)
    {
        var answer = await api.LookAsync(
            Ec2Api.Form("DescribeInstanceTypeOfferings").Add("LocationType", "region").Filter(("instance-type", [pattern])),
            cancellationToken);
        return
        [
            .. answer.Items("instanceTypeOfferingSet").Select(offer => offer.TextOf("instanceType")).OfType<string>()
                .Order(StringComparer.Ordinal),
        ];
    }

    private async Task<IEnumerable<TemplateFinding>> SubnetsAsync(ImmutableArray<string> asked, CancellationToken cancellationToken)
    {
        if (asked.IsEmpty)
        {
            return [];
        }

        var zones = await subnets.ZonesOfAsync(asked, cancellationToken);
        return asked.Select(subnet => zones.TryGetValue(subnet, out var zone)
            ? new TemplateFinding("network", IsGood: true, $"subnet '{subnet}' is in {zone}")
            : new TemplateFinding("network", IsGood: false, $"network is '{subnet}': this region has no such subnet"));
    }

    private async Task<IEnumerable<TemplateFinding>> NamedAsync(
        string field, string what, string action, string list, string filter, string element, ImmutableArray<string> names,
        CancellationToken cancellationToken)
    {
        if (names.IsEmpty)
        {
            return [];
        }

        var answer = await api.LookAsync(Ec2Api.Form(action).Filter((filter, names)), cancellationToken);
        var found = answer.Items(list).Select(one => one.TextOf(element)).ToHashSet(StringComparer.Ordinal);
        return names.Select(name => found.Contains(name)
            ? new TemplateFinding(field, IsGood: true, $"{what} '{name}' is there")
            : new TemplateFinding(field, IsGood: false, $"{field} is '{name}': this region has no such {what}"));
    }

    private async Task<IEnumerable<TemplateFinding>> LaunchTemplateAsync(LaunchTemplateChoice? choice, CancellationToken cancellationToken)
    {
        if (choice is null)
        {
            return [];
        }

        var form = Ec2Api.Form("DescribeLaunchTemplates");
        if (choice.Name is { } name)
        {
            form.Filter(("launch-template-name", [name]));
        }
        else
        {
            form.AddAll("LaunchTemplateId", [choice.Id!]);
        }

        var answer = await api.TryLookAsync(form, cancellationToken);
        var isThere = answer.IsGood && Ec2Api.Read(answer).Items("launchTemplates").Any();
        if (!isThere && !answer.IsGood
            && Ec2Errors.CodeOf(answer)?.StartsWith("InvalidLaunchTemplate", StringComparison.Ordinal) is not true)
        {
            throw Ec2Errors.Translate(answer);
        }

        var shown = choice.Name ?? choice.Id;
        return
        [
            new(
                "options.launch_template", isThere,
                isThere
                    ? $"launch template '{shown}' is there"
                    : $"options.launch_template is '{shown}': this region has no such launch template"),
        ];
    }

    private async Task<TemplateFinding> DryRunAsync(Template template, Ec2Spec spec, CancellationToken cancellationToken)
    {
        var request = new LaunchRequest
        {
            Launch = new LaunchId(template.Id.Value),
            Name = template.Name,
            Template = template,
            Tags = template.Tags,
        };
        var form = LaunchForm.Mark(await launcher.FormAsync(spec, request, cancellationToken), request, spec).Add("DryRun", true);
        var answer = await api.ChangeAsync(form, cancellationToken);
        if (answer.IsGood || Ec2Errors.CodeOf(answer) is Ec2Errors.WouldWork)
        {
            return new("launch", IsGood: true, "a dry run of the launch says that it may be made");
        }

        var refusal = Ec2Errors.Translate(answer, template);
        return refusal.Kind is CloudErrorKind.Throttled or CloudErrorKind.Unavailable or CloudErrorKind.Ambiguous
            ? throw refusal
            : new("launch", IsGood: false, $"a dry run of the launch is refused: {refusal.Message}");
    }

    private static string Listed(string[] names) =>
        names.Length <= OffersShown
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(OffersShown))} and {names.Length - OffersShown} more";
}
