namespace Muster.Clouds.Tests.Local;

/// <summary>Waits for something to become true of real processes, which is soon or never.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task UntilAsync(string what, Func<bool> condition) => Patiently.UntilAsync(condition, what, Patience, Pause);

    public static Task UntilAsync(string what, Func<Task<bool>> condition) => Patiently.UntilAsync(condition, what, Patience, Pause);
}
