using System.CommandLine;

namespace Muster.Cli.Arguments;

/// <summary>An option that is the path of a file.</summary>
internal class FileOption : Option<FileInfo?>
{
    public FileOption(string name, params string[] aliases)
        : base(name, aliases)
    {
        HelpName = "file";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (text.Length > 0)
            {
                return new FileInfo(text);
            }

            // An empty variable in a script, mostly.
            result.AddError($"{name} is '': the path of a file");
            return null;
        };
    }
}
