using Muster.Core.Clouds;
using Muster.Core.Options;

namespace Muster.Clouds.Kit;

/// <summary>The token that every call shows: out of a file, or given once. Never to be shown. Safe to share.</summary>
/// <remarks>The file is read at each call, so that a token that was changed there counts from the next call on.</remarks>
internal sealed class ApiToken
{
    private readonly Func<string>? _read;
    private readonly ApiTokenForm _form;

    // Swapped whole: the last good one, for the moment in which a file is written anew.
    private volatile string _token;

    private ApiToken(ApiTokenForm form, Func<string>? read, string token) => (_form, _read, _token) = (form, read, token);

    /// <summary>Finds the token that a cloud is set up with; null where there is none that can be used, which is noted.</summary>
    /// <param name="reader">The cloud's options.</param>
    /// <param name="option">The one that names the file.</param>
    /// <param name="form">What a token looks like.</param>
    /// <param name="variables">Where in the environment other programs have it, the first that is set counts.</param>
    /// <param name="variable">The value of a variable of the environment; null where there is none.</param>
    public static ApiToken? Find(
        SetupReader reader, ConfigOption<string?> option, ApiTokenForm form, IReadOnlyList<string> variables,
        Func<string, string?> variable)
    {
        if (reader.Read(option) is { } path)
        {
            return InFile(reader, option.Name, form, path);
        }

        if (reader.TextOf(option.Name) is not null)
        {
            return null;
        }

        var (name, value) = variables.Select(one => (one, variable(one))).FirstOrDefault(one => !string.IsNullOrEmpty(one.Item2));
        if (value is null)
        {
            reader.Refuse(option.Name, null, $"the file with the API token, or {string.Join(" or ", variables)} in the environment");
            return null;
        }

        if (Good(form, value) is not { } token)
        {
            // What the environment holds is a secret, even where it is no token.
            reader.Refuse(option.Name, null, $"{form.Rule}; what {name} in the environment holds is none");
            return null;
        }

        return new(form, read: null, token);
    }

    /// <summary>The token now.</summary>
    public string Current
    {
        get
        {
            if (_read is null)
            {
                return _token;
            }

            string? why = null;
            try
            {
                if (Good(_form, _read()) is { } token)
                {
                    _token = token;
                }
                else
                {
                    why = $"it does not hold {_form.Rule}";
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                why = error.Message;
            }

            if (why is not null)
            {
                // Somebody is just writing it: the one before may still count. Where it does not, the answer says so.
                CallPace.Survived(new(CloudErrorKind.Unavailable, $"the token's file cannot be used: {why}"));
            }

            return _token;
        }
    }

    /// <summary>The token that was last shown, for whoever must take it out of a text.</summary>
    public string Last => _token;

    private static ApiToken? InFile(SetupReader reader, string option, ApiTokenForm form, string path)
    {
        var files = reader.Setup.Files;
        try
        {
            if (files.IsOpenToOthers(path))
            {
                reader.Refuse(option, path, $"a file that only its owner may read: chmod 600 {path}");
            }
            else if (Good(form, files.ReadText(path)) is { } token)
            {
                return new(form, () => files.ReadText(path), token);
            }
            else
            {
                reader.Refuse(option, path, $"a file that holds {form.Rule}, and nothing else");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reader.Refuse(option, path, $"a file that can be read ({error.Message})");
        }

        return null;
    }

    private static string? Good(ApiTokenForm form, string text) => form.IsToken(text.Trim()) ? text.Trim() : null;
}

/// <summary>What a cloud's tokens look like.</summary>
/// <param name="Rule">In words, for refusals: <c>an API token: 16 to 512 letters and digits</c>.</param>
/// <param name="IsToken">Whether a text without blanks around it can be one.</param>
internal sealed record ApiTokenForm(string Rule, Func<string, bool> IsToken);
