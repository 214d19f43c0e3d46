using System.Collections.Concurrent;

using Muster.Nomad.Reconciling;

namespace Muster.Nomad.Tests.Support;

/// <summary>Keeps what it hears.</summary>
internal sealed class RecordingObserver : IJobObserver
{
    public ConcurrentQueue<JobAction> Done { get; } = [];

    public ConcurrentQueue<(string What, Exception Error)> Failed { get; } = [];

    public void OnDone(JobAction action) => Done.Enqueue(action);

    public void OnFailed(string what, Exception error, TimeSpan retryIn) => Failed.Enqueue((what, error));
}
