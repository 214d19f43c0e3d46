namespace Muster.EndToEnd.Support;

/// <summary>Waits that end: what does not come in time is named.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until something is so, for as long as a server may take.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what, Func<string>? more = null) =>
        UntilAsync(condition, what, ServerProcess.Patience, more);

    /// <summary>Waits until something is so.</summary>
    /// <param name="condition">Whether it is.</param>
    /// <param name="what">What is waited for.</param>
    /// <param name="patience">For how long.</param>
    /// <param name="more">What helps to understand why it did not come.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan patience, Func<string>? more = null)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < patience, $"not after {patience}: {what}\n{more?.Invoke()}");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
