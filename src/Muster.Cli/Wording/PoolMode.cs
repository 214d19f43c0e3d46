namespace Muster.Cli.Wording;

/// <summary>How the instances of a warm pool rest.</summary>
internal enum PoolMode
{
    /// <summary>Stopped: they boot when they are started.</summary>
    Stopped,

    /// <summary>Suspended: what runs in them goes on.</summary>
    Suspended,
}
