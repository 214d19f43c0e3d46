namespace Muster.Remote;

/// <summary>The names of the protocol that both ends know.</summary>
public static class RemoteProtocol
{
    /// <summary>The header with the version that a request speaks.</summary>
    public const string VersionHeader = "Muster-Task-Protocol";

    /// <summary>
    /// The version. Grows when an older end could misunderstand. A new member that may be nothing, and is when it is
    /// left out, is no such change.
    /// </summary>
    public const string Version = "8";

    /// <summary>Where all of it is, relative to the server's address.</summary>
    public const string Path = "v1/task";

    /// <summary>Longest that the server lets a request wait for the right to call; then it is asked again.</summary>
    public static readonly TimeSpan PermitPatience = TimeSpan.FromSeconds(5);

    /// <summary>Most outcomes in one <see cref="Wire.IdleRecords"/>: what a body may hold, with room to spare.</summary>
    public const int IdleRecordsMax = 100;

    /// <summary>The code of a problem: the lease is another's.</summary>
    public const string Fenced = "lease_lost";

    /// <summary>The code of the problem that the installation is paused, or the cloud not looked at yet.</summary>
    public const string Paused = "paused";
}
