using System.Diagnostics.CodeAnalysis;

namespace Muster.Api.Client;

/// <summary>Where people say the server is and who they are: the same for everything that asks a server.</summary>
public static class ServerAddress
{
    /// <summary>Where <c>muster dev</c> listens, and who is asked when nothing else is said.</summary>
    public const string Default = "http://127.0.0.1:7474";

    /// <summary>The variable of the environment that holds the address.</summary>
    public const string Variable = "MUSTER_ADDR";

    /// <summary>The variable of the environment that holds the bearer token.</summary>
    public const string TokenVariable = "MUSTER_TOKEN";

    /// <summary>What an address is: said when somebody gives something else.</summary>
    public const string Allowed = "http://HOST:PORT or https://HOST:PORT";

    /// <summary>
    /// What a bearer token is: said when somebody gives something else. The text itself is never repeated, since it may be a secret.
    /// </summary>
    public const string TokenAllowed = "printable characters without spaces";

    /// <summary>Reads an address: an http or https URL, or <c>HOST:PORT</c> for http.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Uri? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        var given = text.Trim();

        // People write host:port; Uri would take the host for a scheme.
        var url = given.Contains("://", StringComparison.Ordinal) ? given : $"http://{given}";
        return Uri.TryCreate(url, UriKind.Absolute, out address) && address.Scheme is "http" or "https" && address.Host.Length > 0;
    }

    /// <summary>Whether a text, trimmed, can be sent as a bearer token.</summary>
    public static bool IsToken(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && text.All(c => c is > ' ' and < '\x7f');
    }

    /// <summary>
    /// What a variable, an attribute or a file says, without the spaces and line breaks around it; null when that is nothing.
    /// </summary>
    public static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
