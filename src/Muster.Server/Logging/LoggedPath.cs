namespace Muster.Server.Logging;

/// <summary>A request's path as it may be logged and told: receivers have a secret in theirs.</summary>
/// <param name="Path">As it was asked for.</param>
internal readonly record struct LoggedPath(PathString Path)
{
    /// <summary>How the paths of receivers begin.</summary>
    public const string Receivers = "/v1/receivers";

    // The group and the policy stand before the secret.
    private const int Open = 5;

    /// <inheritdoc/>
    public override string ToString()
    {
        var path = Path.ToString();
        if (!path.StartsWith($"{Receivers}/", StringComparison.OrdinalIgnoreCase))
        {
            return path;
        }

        var parts = path.Split('/');
        return string.Join('/', parts.Take(Open).Concat(parts.Length > Open ? ["***"] : []));
    }
}
