using System.CommandLine;

using Muster.Api.Policies;
using Muster.Cli.Wording;

namespace Muster.Cli.Arguments;

/// <summary>An option that says what a schedule allows: <c>min=3,max=10,floor=5</c>.</summary>
internal sealed class FrameOption : Option<FrameInput?>
{
    public FrameOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "min=n,max=n,floor=n";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            var frame = new FrameInput();
            foreach (var part in text.Split(','))
            {
                var pair = part.Split('=', 2);
                if (pair.Length != 2 || !WholeNumber.TryParse(pair[1], 0, int.MaxValue, out int number))
                {
                    result.AddError($"{name} is '{text}': any of min=n, max=n and floor=n, parted by commas");
                    return null;
                }

                switch (pair[0])
                {
                    case "min":
                        frame = frame with { Min = number };
                        break;
                    case "max":
                        frame = frame with { Max = number };
                        break;
                    case "floor":
                        frame = frame with { Floor = number };
                        break;
                    default:
                        result.AddError($"{name} is '{text}': {pair[0]} is none of min, max and floor");
                        return null;
                }
            }

            return frame;
        };
    }
}
