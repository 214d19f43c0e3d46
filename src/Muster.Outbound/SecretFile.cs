namespace Muster.Outbound;

/// <summary>Whether a file that holds a secret is its owner's alone.</summary>
public static class SecretFile
{
    /// <summary>Where a supervisor lays a service's secrets: <c>systemd.exec(5)</c>, CREDENTIALS_DIRECTORY.</summary>
    private const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    private const UnixFileMode GroupReads = UnixFileMode.GroupRead;

    private const UnixFileMode OthersMay =
        GroupReads | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Whether others than its owner may do anything with it.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static bool IsOpenToOthers(string path) => IsOpenToOthers(path, Environment.GetEnvironmentVariable(CredentialsVariable));

    /// <summary>Whether others than its owner may do anything with it, when credentials lie in <paramref name="credentials"/>.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static bool IsOpenToOthers(string path, string? credentials)
    {
        // systemd since 254 lets the service in by an access list, whose mask shows as the group's right to read: root's group, and
        // behind a directory that only the service may enter (https://github.com/systemd/systemd/issues/29435).
        var harmless = credentials is { Length: > 0 } && Path.GetDirectoryName(Path.GetFullPath(path)) == Directory(credentials)
            ? GroupReads
            : UnixFileMode.None;
        return (File.GetUnixFileMode(path) & OthersMay & ~harmless) != 0;
    }

    private static string Directory(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
