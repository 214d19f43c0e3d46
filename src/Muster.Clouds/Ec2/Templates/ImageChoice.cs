using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Muster.Clouds.Ec2.Templates;

/// <summary>How a template says which AMI is booted.</summary>
/// <param name="Form">In which of the ways.</param>
/// <param name="Text">The AMI's id, the parameter's name, or the pattern of names.</param>
/// <param name="Owner">Whose AMIs are looked at; of <see cref="ImageForm.Latest"/> alone.</param>
internal sealed partial record ImageChoice(ImageForm Form, string Text, string? Owner = null)
{
    /// <summary>The word for the launch template's own.</summary>
    public const string OfLaunchTemplate = "launch-template";

    /// <summary>What is allowed, for refusals.</summary>
    public const string Allowed =
        "ami-..., ssm:/aws/service/..., latest:OWNER/NAME-PATTERN, or launch-template with the option launch_template";

    private const string ParameterStart = "ssm:", LatestStart = "latest:";

    /// <summary>Reads it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageChoice? image)
    {
        image = text switch
        {
            OfLaunchTemplate => new(ImageForm.LaunchTemplate, text),
            _ when text.StartsWith(ParameterStart, StringComparison.Ordinal) && ParameterName().IsMatch(text[ParameterStart.Length..]) =>
                new(ImageForm.Parameter, text[ParameterStart.Length..]),
            _ when Latest().Match(text) is { Success: true } match =>
                new(ImageForm.Latest, match.Groups["name"].Value, match.Groups["owner"].Value),
            _ when ImageId().IsMatch(text) => new(ImageForm.Id, text),
            _ => null,
        };
        return image is not null;
    }

    [GeneratedRegex(@"\Aami-[0-9a-f]{8}([0-9a-f]{9})?\z")]
    private static partial Regex ImageId();

    // Names of parameters: letters, digits and ._-/; a version or a label may follow.
    [GeneratedRegex(@"\A[A-Za-z0-9._/-]{1,1011}(:[A-Za-z0-9._-]{1,100})?\z")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"\A" + LatestStart + @"(?<owner>[0-9]{12}|self|amazon|aws-marketplace)/(?<name>[^\s]{1,128})\z")]
    private static partial Regex Latest();
}

/// <summary>The ways of saying which AMI is booted.</summary>
internal enum ImageForm
{
    /// <summary>By its id.</summary>
    Id,

    /// <summary>By a parameter of Systems Manager, which EC2 itself looks up at each launch.</summary>
    Parameter,

    /// <summary>The newest of an owner whose name fits a pattern.</summary>
    Latest,

    /// <summary>As the launch template says.</summary>
    LaunchTemplate,
}
