namespace Muster.Metrics.Prometheus;

/// <summary>The server refused a query, in words of its own.</summary>
/// <param name="type">The kind of error that it tells: <c>bad_data</c>, <c>execution</c>.</param>
/// <param name="words">Its words, as they may be shown.</param>
internal sealed class QueryRefusedException(string type, string words) : Exception($"the server refuses the query: {words}")
{
    /// <summary>Whether the query is of another type than it was asked as: a scalar has no labels, and a vector is no scalar.</summary>
    public bool IsOfType =>
        words.Contains("expected type instant vector", StringComparison.Ordinal) && words.Contains("got scalar", StringComparison.Ordinal)
        || words.Contains("expected type scalar", StringComparison.Ordinal);

    /// <summary>Whether a single group's data may be the cause: it was understood, and failed when it was carried out.</summary>
    public bool MayBeOneGroups => type == "execution";
}
