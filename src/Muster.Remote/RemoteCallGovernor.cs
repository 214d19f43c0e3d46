using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote.Wire;

namespace Muster.Remote;

/// <summary>A cloud credential's governor at the server: every call made elsewhere asks there first, so that all together keep to one budget.</summary>
public sealed class RemoteCallGovernor : ICallGovernor
{
    private readonly RemoteConnection server;
    private readonly string path;
    private readonly string cloud;
    private readonly TimeProvider time;
    private readonly Lock gate = new();

    // Guarded by the gate.
    private bool answered;
    private int failed;
    private ImmutableArray<TimeSpan?> throttled = [];
    private long silentSince;
    private TimeSpan silence;
    private long reads;
    private long writes;
    private long failures;
    private long throttlings;
    private Task telling = Task.CompletedTask;

    private RemoteCallGovernor(RemoteConnection server, string path, string cloud, TimeProvider time) =>
        (this.server, this.path, this.cloud, this.time) = (server, path, cloud, time);

    /// <summary>For a program that checks one group.</summary>
    /// <param name="server">The server.</param>
    /// <param name="group">The group.</param>
    /// <param name="cloud">Its cloud, for figures.</param>
    /// <param name="time">The clock.</param>
    public static RemoteCallGovernor Of(RemoteConnection server, GroupId group, string cloud, TimeProvider time) => new(server, $"groups/{group}", cloud, time);

    /// <summary>For a program that checks a sweep.</summary>
    /// <param name="server">The server.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="time">The clock.</param>
    public static RemoteCallGovernor Of(RemoteConnection server, SweepKey sweep, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return new(server, RemoteConnection.PathOf(sweep), sweep.Cloud, time);
    }

    /// <inheritdoc/>
    /// <remarks>Of this process; the budgets are the server's to tell, and zero here.</remarks>
    public CallFigures Figures
    {
        get
        {
            lock (gate)
            {
                var left = Silence_NeedsGate();
                return new()
                {
                    Cloud = cloud,
                    ReadsPerSecond = 0,
                    WritesPerSecond = 0,
                    Reads = reads,
                    Writes = writes,
                    Throttled = throttlings,
                    Failed = failures,
                    Waiting = 0,
                    ClosedUntil = left > TimeSpan.Zero ? time.GetUtcNow() + left : null,
                };
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The server's to tell, and zero here.</remarks>
    public double PerSecond(CallKind kind) => 0;

    /// <inheritdoc/>
    public TimeSpan Silence
    {
        get
        {
            lock (gate)
            {
                return Silence_NeedsGate();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Which checks come before others is the server's to say.</remarks>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unavailable"/>: the server cannot be asked, and so nothing may be called.</exception>
    public async Task AcquireAsync(CallKind kind, GroupId flow, CallUrgency urgency, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var told = TakeTold();
            var answer = await AskAsync(
                new() { Kind = kind, Group = flow == default ? null : flow, Told = told }, cancellationToken);
            lock (gate)
            {
                (silentSince, silence) = (time.GetTimestamp(), answer.Silence < CloudException.RetryAfterMax ? answer.Silence : CloudException.RetryAfterMax);
                if (answer.IsGranted)
                {
                    _ = kind is CallKind.Read ? reads++ : writes++;
                    return;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void OnAnswered()
    {
        lock (gate)
        {
            answered = true;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A throttled call is told to the server at once; everybody keeps silence then.</remarks>
    public void OnFailed(CloudException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        lock (gate)
        {
            if (error.Kind is not CloudErrorKind.Throttled)
            {
                failed++;
                failures++;
                return;
            }

            throttled = throttled.Add(error.RetryAfter);
            throttlings++;

            // What the server says goes, as soon as it says it; until then nothing is to be called that has a permit already.
            (silentSince, silence) = (time.GetTimestamp(), error.RetryAfter ?? TimeSpan.FromSeconds(1));
            telling = TellAfterAsync(telling);
        }
    }

    /// <summary>Waits until the server knows what came of every call.</summary>
    public async Task FlushAsync()
    {
        Task last;
        lock (gate)
        {
            last = telling = failed > 0 || !throttled.IsEmpty ? TellAfterAsync(telling) : telling;
        }

        await last;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private TimeSpan Silence_NeedsGate()
    {
        var left = silence - time.GetElapsedTime(silentSince);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private CallsTold TakeTold()
    {
        lock (gate)
        {
            var told = new CallsTold { Answered = answered, Failed = failed, Throttled = throttled };
            (answered, failed, throttled) = (false, 0, []);
            return told;
        }
    }

    private void GiveBack(CallsTold told)
    {
        lock (gate)
        {
            answered |= told.Answered;
            failed += told.Failed;
            throttled = told.Throttled.AddRange(throttled);
        }
    }

    private async Task TellAfterAsync(Task before)
    {
        // Never on the caller's stack, which holds the gate.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var told = TakeTold();
        if (told.IsEmpty)
        {
            return;
        }

        try
        {
            await server.WriteAsync(
                $"{path}/calls", told, RemoteJson.Default.CallsTold, RemoteJson.Default.PermitAnswer, CancellationToken.None);
        }
        catch (RemoteException)
        {
            // Goes with the next permit or the flush. A server that cannot be told gives no permits either.
            GiveBack(told);
        }
    }

    private async Task<PermitAnswer> AskAsync(PermitRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await server.WriteAsync(
                $"{path}/permits", request, RemoteJson.Default.PermitRequest, RemoteJson.Default.PermitAnswer, cancellationToken);
        }
        catch (RemoteException error)
        {
            GiveBack(request.Told);
            throw new StoreException(StoreErrorKind.Unavailable, $"the server cannot be asked for the right to call cloud {cloud}: {error.Message}", error);
        }
        catch (OperationCanceledException)
        {
            GiveBack(request.Told);
            throw;
        }
    }
}
