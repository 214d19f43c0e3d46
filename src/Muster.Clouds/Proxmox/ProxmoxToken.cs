using System.Text.RegularExpressions;

using Muster.Core.Clouds;

namespace Muster.Clouds.Proxmox;

/// <summary>The API token, as it is at each moment: its file is read anew for each call, so that a rotated one counts at once.</summary>
/// <param name="read">Reads the file, or the environment.</param>
/// <param name="where">Where it is, for messages.</param>
internal sealed partial class ProxmoxToken(Func<string> read, string where)
{
    /// <summary>What a token looks like.</summary>
    public const string Allowed = "an API token in one line: USER@REALM!ID=SECRET, such as muster@pve!muster=12345678-...";

    private const string HeaderStart = "PVEAPIToken=";

    private volatile string? _last;

    /// <summary>Whether a text can be a token.</summary>
    public static bool IsToken(string text) => Form().IsMatch(Trimmed(text));

    /// <summary>What the header says. While the file is being written anew, and for a moment is none, the last one.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unauthorized"/>: there is none, and never was.</exception>
    public string Header()
    {
        string? why = null;
        try
        {
            var text = read();
            if (IsToken(text))
            {
                return HeaderStart + (_last = Trimmed(text));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            why = error.Message;
        }

        return _last is { } last
            ? HeaderStart + last
            : throw new CloudException(
                CloudErrorKind.Unauthorized, $"{where} must hold {Allowed}{(why is null ? "" : $" ({why})")}");
    }

    /// <summary>Whose token it is, without its secret: <c>muster@pve!muster</c>; null before it was read.</summary>
    public string? Id => _last?[.._last.IndexOf('=', StringComparison.Ordinal)];

    /// <summary>A text without the secret.</summary>
    public string Mask(string text) => _last is { } token
        ? text.Replace(token[(token.IndexOf('=', StringComparison.Ordinal) + 1)..], "***", StringComparison.Ordinal)
        : text;

    private static string Trimmed(string text)
    {
        var trimmed = text.Trim();
        return trimmed.StartsWith(HeaderStart, StringComparison.Ordinal) ? trimmed[HeaderStart.Length..] : trimmed;
    }

    // PVE::AccessControl: a user's id, its realm and the token's id.
    [GeneratedRegex(@"^[^\s:/=!]{1,60}@[A-Za-z][A-Za-z0-9.\-_]{1,31}![A-Za-z][A-Za-z0-9.\-_]{1,127}=[\x21-\x7E]{8,128}\z")]
    private static partial Regex Form();
}
