using Muster.Cli.Toml;
using Muster.Core;
using Muster.Metrics;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads <c>[[metrics]]</c>: where readings come from.</summary>
internal static class MetricsReader
{
    /// <summary>More than anybody steers by; each has a read under way at times.</summary>
    private const int MetricsMax = 200;

    /// <summary>Options that name a file end so, of every kind.</summary>
    private const string FileEnd = "_file";

    private static readonly TimeSpan EveryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EveryMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromMinutes(1);

    /// <summary>Reads every table, and notes what is wrong.</summary>
    public static void Read(TomlFields root, MusterConfig config, string directory)
    {
        var tables = root.Tables("metrics");
        if (tables.Count > MetricsMax)
        {
            root.Refuse("metrics", $"{MetricsMax} tables at most");
            return;
        }

        foreach (var fields in tables)
        {
            var metric = new MetricConfig
            {
                Name = fields.RequiredText("name", EntityName.Rule),
                Source = fields.RequiredText("source", string.Join(", ", MetricKinds.Names)),
                Every = fields.Duration("every", EveryMin, EveryMax),
                Timeout = fields.Duration("timeout", TimeoutMin, TimeoutMax),
                Options = fields.Map("options").ToDictionary(
                    option => option.Key,
                    option => option.Key.EndsWith(FileEnd, StringComparison.Ordinal) && option.Value.Length > 0
                        ? ConfigPath.Full(directory, option.Value)!
                        : option.Value,
                    StringComparer.Ordinal),
            };
            RefuseWrong(fields, metric, config.Metrics);
            fields.RefuseOthers();
            config.Metrics.Add(metric);
        }
    }

    private static void RefuseWrong(TomlFields fields, MetricConfig metric, List<MetricConfig> before)
    {
        if (metric.Name.Length > 0 && !EntityName.IsValid(metric.Name))
        {
            fields.Refuse("name", EntityName.RuleFor(metric.Name));
        }
        else if (metric.Name.Length > 0 && before.Any(other => other.Name == metric.Name))
        {
            fields.Refuse("name", "a name of its own: another [[metrics]] has this one");
        }

        if (metric.Source.Length > 0 && !MetricKinds.Names.Contains(metric.Source))
        {
            fields.Refuse("source", string.Join(", ", MetricKinds.Names));
        }
    }
}
