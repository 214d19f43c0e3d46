namespace Muster.Server.Telling;

/// <summary>The bounds of telling hooks.</summary>
public sealed class HookOptions
{
    /// <summary>Told at once, over all: each is a connection, or a program.</summary>
    public int TellsMax { get; set; } = 32;

    /// <summary>Told at once by one address: one that does not answer keeps no other waiting, and is not drowned when it is back.</summary>
    public int TellsPerAddressMax { get; set; } = 4;

    /// <summary>How long one may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before somebody is told again who did not hear; doubles.</summary>
    public TimeSpan RetryMin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such wait, also where more is asked for: an instance waits meanwhile.</summary>
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromMinutes(1);
}
