using Muster.Core.Clouds;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>The password, read anew for each login.</summary>
/// <param name="read">Reads its file.</param>
/// <param name="where">What is told where it holds none.</param>
internal sealed class VspherePassword(Func<string> read, string where)
{
    /// <summary>What is allowed.</summary>
    public const string Allowed = "the password: 1 to 512 characters on one line";

    private const int LengthMax = 512;

    // A shorter one is a word like any other, and would be cut out of everything.
    private const int MaskedMin = 4;

    private volatile string? _last;

    /// <summary>Whether a text can be a password.</summary>
    public static bool IsPassword(string text) => text.Length is >= 1 and <= LengthMax && !text.Any(char.IsControl);

    /// <summary>The password. While its file is being written anew, and for a moment holds none, the last one.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.Unauthorized"/>: there is none, and never was.</exception>
    public string Read()
    {
        string? why = null;
        try
        {
            var text = read().TrimEnd('\r', '\n');
            if (IsPassword(text))
            {
                return _last = text;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            why = error.Message;
        }

        return _last ?? throw new CloudException(
            CloudErrorKind.Unauthorized, $"{where} must hold {Allowed}{(why is null ? "" : $" ({why})")}");
    }

    /// <summary>A text without the password.</summary>
    public string Mask(string text) =>
        _last is { Length: >= MaskedMin } password ? text.Replace(password, "***", StringComparison.Ordinal) : text;
}
