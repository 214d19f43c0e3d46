using System.CommandLine;

using Muster.Core;
using Muster.Core.Placements;

namespace Muster.Cli.Arguments;

/// <summary>An option whose value is a time such as <c>30s</c>, or <c>off</c>; in seconds, as the API has them.</summary>
internal sealed class TimeOrOffOption : Option<double?>
{
    private const string Off = "off";

    public TimeOrOffOption(string name, string description, TimeSpan min, TimeSpan max)
        : base(name)
    {
        Description = description;
        HelpName = "time|off";
        var examples = min < TimeSpan.FromHours(1) ? "30s or 5m" : "12h or 7d";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (text == Off)
            {
                return LayoutEdit.Off;
            }

            if (DurationText.TryParse(text, out var value) && value >= min && value <= max)
            {
                return value.TotalSeconds;
            }

            result.AddError(
                $"{name} is '{text}': a time from {DurationText.Format(min)} to {DurationText.Format(max)}, such as {examples}; or off");
            return null;
        };
    }
}
