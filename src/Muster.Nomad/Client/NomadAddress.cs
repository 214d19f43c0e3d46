using Muster.Core;

namespace Muster.Nomad.Client;

/// <summary>The address of an agent.</summary>
public static class NomadAddress
{
    private const string Allowed = "http://HOST:4646 or https://HOST:4646, without user, path or query";

    /// <summary>Reads one.</summary>
    /// <param name="field">What it is called in messages.</param>
    /// <param name="text">What was given.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static Uri Parse(string field, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0 && url.PathAndQuery == "/" && url.Fragment.Length == 0
            ? url
            : throw new InputException(field, text.Contains('@', StringComparison.Ordinal) ? "an address with a user" : text, Allowed);
}
