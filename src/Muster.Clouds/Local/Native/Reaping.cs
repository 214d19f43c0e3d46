namespace Muster.Clouds.Local.Native;

/// <summary>What came of reaping a child. Closed: the private constructor admits only the kinds nested here.</summary>
internal abstract record Reaping
{
    private Reaping() { }

    /// <summary>It had ended, so.</summary>
    public sealed record Done(ExitStatus Status) : Reaping;

    /// <summary>It lives.</summary>
    public sealed record NotYet : Reaping
    {
        public static readonly NotYet Instance = new();
    }

    /// <summary>It is not our child, or somebody else reaped it.</summary>
    public sealed record NoChild : Reaping
    {
        public static readonly NoChild Instance = new();
    }
}
