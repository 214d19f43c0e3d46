using System.Text.RegularExpressions;

using Muster.Core.Metrics;

using Npgsql;

namespace Muster.Metrics.Sql;

/// <summary>A query, and which groups' parameters it names. Values are parameters, and never part of the text.</summary>
/// <param name="text">SQL.</param>
internal sealed partial class SqlQuery(string text)
{
    /// <summary>SQL.</summary>
    public string Text => text;

    /// <summary>Whether each group has a query of its own.</summary>
    public bool IsForEach { get; } = Each().IsMatch(text);

    /// <summary>Whether one query is for all groups.</summary>
    public bool IsForAll { get; } = All().IsMatch(text);

    /// <summary>The parameters for one group, or for some.</summary>
    public IEnumerable<NpgsqlParameter> Parameters(IReadOnlyList<MetricScope> groups) =>
        IsForEach
            ?
            [
                new NpgsqlParameter<string>("group", groups[0].Name), new NpgsqlParameter<Guid>("group_id", groups[0].Group.Value),
                new NpgsqlParameter<Guid>("account", groups[0].Account.Value),
            ]
        : IsForAll
            ?
            [
                new NpgsqlParameter<string[]>("groups", [.. groups.Select(group => group.Name)]),
                new NpgsqlParameter<Guid[]>("group_ids", [.. groups.Select(group => group.Group.Value)]),
            ]
        : [];

    [GeneratedRegex(@"(?<![@\w])@(group|group_id|account)(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Each();

    [GeneratedRegex(@"(?<![@\w])@(groups|group_ids)(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex All();
}
