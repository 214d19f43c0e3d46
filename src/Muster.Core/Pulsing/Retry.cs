namespace Muster.Core.Pulsing;

/// <summary>How long the pulse waits before it tries again what failed as a whole.</summary>
internal static class Retry
{
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Max = TimeSpan.FromMinutes(1);

    /// <summary>The wait after so many failures in a row, with jitter.</summary>
    public static TimeSpan After(int failures, IRandomSource random) =>
        Backoff.WithJitter(Backoff.Delay(failures, Min, Max), random);
}
