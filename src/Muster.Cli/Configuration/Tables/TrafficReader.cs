using Muster.Cli.Toml;
using Muster.Core;
using Muster.Traffic;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads <c>[[traffic]]</c>: what takes instances in and out of service.</summary>
internal static class TrafficReader
{
    /// <summary>More load balancers and registries than one server speaks to.</summary>
    private const int SourcesMax = 200;

    /// <summary>Options that name a file end so, of every kind.</summary>
    private const string FileEnd = "_file";

    /// <summary>Reads every table, and notes what is wrong.</summary>
    public static void Read(TomlFields root, MusterConfig config, string directory)
    {
        var tables = root.Tables("traffic");
        if (tables.Count > SourcesMax)
        {
            root.Refuse("traffic", $"{SourcesMax} tables at most");
            return;
        }

        foreach (var fields in tables)
        {
            var source = new TrafficConfig
            {
                Name = fields.RequiredText("name", EntityName.Rule),
                Kind = fields.RequiredText("kind", string.Join(", ", TrafficKinds.Names)),
                Options = fields.Map("options").ToDictionary(
                    option => option.Key,
                    option => option.Key.EndsWith(FileEnd, StringComparison.Ordinal) && option.Value.Length > 0
                        ? ConfigPath.Full(directory, option.Value)!
                        : option.Value,
                    StringComparer.Ordinal),
            };
            RefuseWrong(fields, source, config.Traffic);
            fields.RefuseOthers();
            config.Traffic.Add(source);
        }
    }

    private static void RefuseWrong(TomlFields fields, TrafficConfig source, List<TrafficConfig> before)
    {
        if (source.Name.Length > 0 && !EntityName.IsValid(source.Name))
        {
            fields.Refuse("name", EntityName.RuleFor(source.Name));
        }
        else if (source.Name.Length > 0 && before.Any(other => other.Name == source.Name))
        {
            fields.Refuse("name", "a name of its own: another [[traffic]] has this one");
        }

        if (source.Kind.Length > 0 && !TrafficKinds.Names.Contains(source.Kind))
        {
            fields.Refuse("kind", string.Join(", ", TrafficKinds.Names));
        }
    }
}
