using Muster.Clouds.Kit;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Where a credential is looked for when no option names one, in Google's own order.</summary>
internal static class CredentialChain
{
    /// <summary>Names a credential file for every program of Google's.</summary>
    public const string FileVariable = "GOOGLE_APPLICATION_CREDENTIALS";

    /// <summary>Names another metadata server.</summary>
    public const string HostVariable = "GCE_METADATA_HOST";

    /// <summary>Names a project for every program of Google's.</summary>
    public const string ProjectVariable = "GOOGLE_CLOUD_PROJECT";

    private const string WellKnown = "application_default_credentials.json";

    /// <summary>The file; null for none, so that the metadata server is asked.</summary>
    /// <param name="named">What the option says.</param>
    /// <param name="files">Where files are.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    public static string? FileOf(string? named, CloudFiles files, Func<string, string?> variable)
    {
        if (named is not null)
        {
            return named;
        }

        if (variable(FileVariable) is { Length: > 0 } path)
        {
            return path;
        }

        var directory = variable("CLOUDSDK_CONFIG") is { Length: > 0 } set ? set
            : variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "gcloud")
            : null;
        return directory is not null && Path.Combine(directory, WellKnown) is var file && files.Exists(file) ? file : null;
    }
}
