using System.CommandLine;

using Muster.Core;

namespace Muster.Cli.Arguments;

/// <summary>An option whose value is a time such as <c>30s</c>.</summary>
internal sealed class DurationOption : Option<TimeSpan?>
{
    public DurationOption(string name, string description, TimeSpan min, TimeSpan max)
        : base(name)
    {
        Description = description;
        HelpName = "time";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (DurationText.TryParse(text, out var value) && value >= min && value <= max)
            {
                return value;
            }

            result.AddError(
                $"{name} is '{text}': a time from {DurationText.Format(min)} to {DurationText.Format(max)}, such as 30s, 5m or 1h");
            return null;
        };
    }
}
