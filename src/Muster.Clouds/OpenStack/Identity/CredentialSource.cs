using Muster.Clouds.Kit;

namespace Muster.Clouds.OpenStack.Identity;

/// <summary>Where the credential is: in a file that the configuration names, or in the environment.</summary>
/// <param name="files">Where files are.</param>
/// <param name="path">The <c>clouds.yaml</c>; null for the environment.</param>
/// <param name="securePath">The <c>secure.yaml</c> beside it; null for none.</param>
/// <param name="cloud">Which cloud of it; null where it has one alone.</param>
/// <param name="variable">The value of a variable of the environment; null where there is none.</param>
internal sealed class CredentialSource(
    CloudFiles files, string? path, string? securePath, string? cloud, Func<string, string?> variable)
{
    /// <summary>More than any such file has; what is longer is another one.</summary>
    private const int LengthMax = 1024 * 1024;

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">There is none that can be used; says what is needed, and no secret.</exception>
    public OpenStackCredential Read()
    {
        if (path is null)
        {
            return AuthSettings.OfEnvironment(variable) is { } settings
                ? Read(settings)
                : throw new FormatException("a clouds.yaml, or OS_AUTH_URL and the other OS_ variables in the environment");
        }

        return Read(AuthSettings.OfFile(Text(path), securePath is null ? null : Text(securePath), cloud, path));
    }

    private static OpenStackCredential Read(AuthSettings settings)
    {
        try
        {
            return OpenStackCredential.Read(settings);
        }
        catch (FormatException error)
        {
            throw new FormatException($"complete: {settings.Source} lacks or has wrong: {error.Message}", error);
        }
    }

    private string Text(string file)
    {
        try
        {
            if (files.IsOpenToOthers(file))
            {
                throw new FormatException($"a file that only its owner may read: chmod 600 {file}");
            }

            var text = files.ReadText(file);
            return text.Length <= LengthMax ? text : throw new FormatException($"a clouds.yaml; {file} is longer than any");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"a file that can be read ({error.Message})", error);
        }
    }
}
