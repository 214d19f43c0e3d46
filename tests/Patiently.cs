namespace Muster.Testing;

/// <summary>Waits that end: what does not come in time is named. For what no event tells of.</summary>
internal static class Patiently
{
    private static readonly TimeSpan PatienceDefault = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PauseDefault = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until something is so.</summary>
    /// <param name="condition">Whether it is.</param>
    /// <param name="what">What is waited for.</param>
    /// <param name="patience">For how long; a minute unless given.</param>
    /// <param name="pause">Between two looks; 20 ms unless given.</param>
    /// <param name="more">What helps to understand why it did not come.</param>
    public static async Task UntilAsync(
        Func<Task<bool>> condition, string what, TimeSpan? patience = null, TimeSpan? pause = null, Func<Task<string>>? more = null)
    {
        var limit = patience ?? PatienceDefault;
        var startedAt = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(startedAt) > limit)
            {
                Assert.Fail($"not after {limit}: {what}\n{(more is null ? "" : await more())}");
            }

            await Task.Delay(pause ?? PauseDefault, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for the end of what is under way.</summary>
    /// <param name="task">What.</param>
    /// <param name="what">What it is, in words.</param>
    /// <param name="patience">For how long; a minute unless given.</param>
    public static async Task ForAsync(Task task, string what, TimeSpan? patience = null)
    {
        var limit = patience ?? PatienceDefault;
        try
        {
            await task.WaitAsync(limit, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"not after {limit}: {what}");
        }
    }

    /// <inheritdoc cref="ForAsync(Task, string, TimeSpan?)"/>
    public static async Task<T> ForAsync<T>(Task<T> task, string what, TimeSpan? patience = null)
    {
        await ForAsync((Task)task, what, patience);
        return await task;
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string, TimeSpan?, TimeSpan?, Func{Task{string}}?)"/>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? patience = null, TimeSpan? pause = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, patience, pause);
}
