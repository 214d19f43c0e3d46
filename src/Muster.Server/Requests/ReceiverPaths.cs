namespace Muster.Server.Requests;

/// <summary>Where receivers are called. Their paths hold a secret, and no log may.</summary>
internal static class ReceiverPaths
{
    /// <summary>How every path begins.</summary>
    public const string Root = "/v1/receivers";

    /// <summary>A path as it may be logged.</summary>
    public static string WithoutSecret(string path)
    {
        if (!path.StartsWith($"{Root}/", StringComparison.OrdinalIgnoreCase))
        {
            return path;
        }

        var parts = path.Split('/');
        return string.Join('/', parts.Take(5).Concat(parts.Length > 5 ? ["***"] : []));
    }
}
