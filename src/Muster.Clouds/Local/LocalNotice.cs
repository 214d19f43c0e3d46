namespace Muster.Clouds.Local;

/// <summary>How an interruptible instance of the local cloud says when it will be taken back.</summary>
public static class LocalNotice
{
    /// <summary>The variable in its environment that names the file whose time says so.</summary>
    public const string Variable = "MUSTER_NOTICE_FILE";
}
