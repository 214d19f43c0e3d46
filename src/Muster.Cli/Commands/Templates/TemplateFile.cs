using Muster.Api.Templates;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Toml;

namespace Muster.Cli.Commands.Templates;

/// <summary>A template in a TOML file: the fields of the API, by the same names.</summary>
internal static class TemplateFile
{
    /// <summary>Reads one.</summary>
    /// <param name="path">The file, as errors call it.</param>
    /// <param name="table">What is in it.</param>
    /// <exception cref="CliException">Fields in it are wrong: every one is named, with its line.</exception>
    public static TemplateInput Read(string path, TomlNode.Table table)
    {
        var errors = new List<TomlError>();
        var fields = new TomlFields(table, "", errors);
        var networks = fields.Texts("networks");
        var userDataFile = fields.Text("user_data_file");
        var input = new TemplateInput
        {
            Name = fields.Text("name"),
            Cloud = fields.Text("cloud"),
            NamePrefix = fields.Text("name_prefix"),
            Image = fields.Text("image"),
            Size = fields.Text("size"),
            Networks = networks.Count == 0 ? null : networks,
            FirewallEnabled = fields.Flag("firewall_enabled"),
            UserData = fields.Text("user_data"),
            Metadata = NonEmpty(fields.Map("metadata")),
            Tags = NonEmpty(fields.Map("tags")),
            Options = NonEmpty(fields.Map("options")),
        };
        if (userDataFile is not null && input.UserData is not null)
        {
            fields.Refuse("user_data_file", "only one of user_data and user_data_file");
        }

        fields.RefuseOthers();
        TomlErrors.ThrowIfAny(path, errors);
        return userDataFile is null
            ? input
            : input with { UserData = UserDataFile.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, userDataFile)) };
    }

    private static Dictionary<string, string>? NonEmpty(Dictionary<string, string> map) => map.Count == 0 ? null : map;
}
