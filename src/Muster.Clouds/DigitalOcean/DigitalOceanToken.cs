using Muster.Clouds.Kit;
using Muster.Core.Clouds;

namespace Muster.Clouds.DigitalOcean;

/// <summary>The token that every call shows: out of a file, or given once. Never to be shown. Safe to share.</summary>
/// <remarks>The file is read at each call, so that a token that was changed there counts from the next call on.</remarks>
internal sealed class DigitalOceanToken
{
    private const string Rule = "a token of DigitalOcean alone: one line of printable characters without blanks";

    /// <summary>No token comes near; a file that is longer is another one.</summary>
    private const int LengthMax = 1000;

    private readonly CloudFiles? _files;
    private readonly string _path;

    // Swapped whole: the last good one, for the moment in which a file is written anew.
    private volatile string _token;

    private DigitalOceanToken(CloudFiles? files, string path, string token) => (_files, _path, _token) = (files, path, token);

    /// <summary>A token that is given once, as by the environment.</summary>
    /// <exception cref="FormatException">It is none; says what one is.</exception>
    public static DigitalOceanToken Given(string token) => new(null, "", Checked(token));

    /// <summary>The token in a file.</summary>
    /// <exception cref="FormatException">There is none that can be used; says what is needed.</exception>
    public static DigitalOceanToken In(string path, CloudFiles files)
    {
        try
        {
            return files.IsOpenToOthers(path)
                ? throw new FormatException($"a file that only its owner may read: chmod 600 {path}")
                : new(files, path, Checked(files.ReadText(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"a file that can be read ({error.Message})", error);
        }
    }

    /// <summary>The token now.</summary>
    public string Current
    {
        get
        {
            if (_files is not null)
            {
                try
                {
                    _token = Checked(_files.ReadText(_path));
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
                {
                    // Somebody is just writing it: the one before may still count. Where it does not, the answer says so.
                    CallPace.Survived(new(CloudErrorKind.Unavailable, $"the token's file cannot be read: {error.Message}"));
                }
            }

            return _token;
        }
    }

    private static string Checked(string text)
    {
        var token = text.Trim();
        return token.Length is > 0 and <= LengthMax && token.All(c => c is > ' ' and <= '~') ? token : throw new FormatException(Rule);
    }
}
