namespace Muster.Core.Reconciling;

/// <summary>Works calls off with a sliding window: one slow call holds up no other.</summary>
internal static class BoundedWork
{
    /// <summary>Starts the calls in order; ends when those that were started have ended.</summary>
    /// <param name="calls">Each a call that notes its own failure.</param>
    /// <param name="inFlightMax">Calls at once.</param>
    /// <param name="mayStart">Asked before each one; the rest is left when it says no.</param>
    public static Task RunAsync(IEnumerable<Func<Task>> calls, int inFlightMax, Func<bool> mayStart)
    {
        var gate = new Lock();
        var work = new Queue<Func<Task>>(calls);
        return Task.WhenAll(Enumerable.Range(0, Math.Min(inFlightMax, work.Count)).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            while (mayStart())
            {
                Func<Task>? next;
                lock (gate)
                {
                    if (!work.TryDequeue(out next))
                    {
                        return;
                    }
                }

                await next();
            }
        }
    }
}
