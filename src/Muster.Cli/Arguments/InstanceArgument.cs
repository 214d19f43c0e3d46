using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>The instance that a command is about.</summary>
internal sealed class InstanceArgument : Argument<string>, IOffersNames
{
    // Ids of some clouds are paths.
    private const int LengthMax = 512;

    public InstanceArgument(bool takesNames = true)
        : base("ID")
    {
        Description = takesNames ? "Id of the instance, the start of its id, or its name." : "Id of the instance.";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (text.Length is 0 or > LengthMax || text.Any(char.IsControl))
            {
                result.AddError($"ID is '{text}': 1 to {LengthMax} characters, as 'muster instance list' prints it");
            }

            return text;
        };
    }

    /// <inheritdoc/>
    public string Named => "instance";
}
