using System.Globalization;

using Muster.Core.Metrics;
using Muster.Core.Options;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Prometheus;

/// <summary>A query to Prometheus, or to what answers as it does: Thanos, Mimir, VictoriaMetrics.</summary>
public sealed class PrometheusKind : IMetricKind
{
    /// <summary>Longer than any query that a person reads again.</summary>
    private const int QueryLengthMax = 8_000;

    private static readonly ConfigOption<string?> Url = Option.RequiredText(
        "url", "where it is, with what precedes `/api/v1`: `http://127.0.0.1:9090`", "an address such as http://127.0.0.1:9090");

    private static readonly ConfigOption<string?> Query = Option.RequiredText(
        "query",
        $"what it is asked, as PromQL that comes to an instant vector or a scalar; {Placeholders.Words}: write them inside of quotes, "
        + "as in `{group=\"$group\"}`",
        "a query as PromQL, such as avg by (group, instance) (cpu), of at most 8000 characters");

    private static readonly ConfigOption<string> InstanceLabel = Option.TextOr(
        "instance_label", "the label that tells one instance from another", "instance", "a label's name");

    private static readonly ConfigOption<string?> GroupLabel = Option.Text(
        "group_label", "the label whose value is the group's name or id: then one request serves all groups", allowed: "a label's name");

    private static readonly ConfigOption<string?> AccountLabel = Option.Text(
        "account_label", "the label whose value is the id of the group's account, where groups of several accounts have the same name",
        allowed: "a label's name");

    private static readonly ConfigOption<bool> Warnings = Option.Choice(
        "warnings",
        "whether an answer with warnings is refused, as where a part of the servers did not answer, or taken: `refuse`, `accept`",
        ("refuse", false), ("accept", true));

    /// <inheritdoc/>
    public string Name => "prometheus";

    /// <inheritdoc/>
    public MetricKindDescription Description { get; } = new()
    {
        Summary = "A PromQL query, at Prometheus or at what answers as it does.",
        Options = [Url, Query, InstanceLabel, GroupLabel, AccountLabel, Warnings, .. HttpAccess.Options],
    };

    /// <inheritdoc/>
    public IMetricSource Open(MetricSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new MetricSetupReader(setup, Description.Options);
        var access = HttpAccess.Read(reader, Url);
        var query = reader.Read(Query) ?? "";
        if (query.Length > QueryLengthMax)
        {
            reader.Refuse(
                Query.Name, query.Length.ToString(CultureInfo.InvariantCulture) + " characters",
                string.Create(CultureInfo.InvariantCulture, $"at most {QueryLengthMax} characters: a recording rule keeps it short"));
        }

        var options = new PrometheusOptions(
            query, Label(reader, InstanceLabel), Label(reader, GroupLabel), Label(reader, AccountLabel), reader.Read(Warnings));
        if (options.GroupLabel is { } label && Placeholders.AreIn(query))
        {
            reader.Refuse(GroupLabel.Name, label, "either group_label, or a query with $group");
        }

        if (options is { AccountLabel: { } account, GroupLabel: null })
        {
            reader.Refuse(AccountLabel.Name, account, "only together with group_label");
        }

        reader.ThrowIfWrong();
        return new PrometheusSource(options, access);
    }

    private static T Label<T>(MetricSetupReader reader, ConfigOption<T> option) where T : class?
    {
        var label = reader.Read(option);
        if (label is string text && (!text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_') || char.IsAsciiDigit(text[0])))
        {
            reader.Refuse(option.Name, text, "a label's name: letters, digits and _");
        }

        return label;
    }
}
