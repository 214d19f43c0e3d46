using System.Globalization;
using System.Text;

namespace Muster.Triton.Scaling;

/// <summary>What <c>tsg-cli scale --help</c> prints.</summary>
public static class TsgHelp
{
    public static string Text
    {
        get
        {
            var page = new StringBuilder(
                """
                Brings the machines of a Triton Service Group to their count, once, and exits.

                Usage:
                  tsg-cli scale --tsg-name G --template-id T --count N [flags]
                  tsg-cli version

                Flags:

                """);
            foreach (var flag in TsgFlags.All)
            {
                var letter = flag.Letter is { } one ? $"-{one}, " : "    ";
                page.AppendLine(CultureInfo.InvariantCulture, $"  {letter}--{flag.Name,-14}{flag.Description}");
            }

            return page.ToString();
        }
    }
}
