using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary><c>--json</c>: the API's own shapes on stdout, for programs.</summary>
internal sealed class JsonOption : Option<bool>
{
    public JsonOption()
        : base("--json")
    {
        Description = "Print JSON.";
    }
}
