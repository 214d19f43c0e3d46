using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote.Wire;

namespace Muster.Remote;

/// <summary>
/// A cloud credential's governor at the server: every call made elsewhere asks there first, so that all together keep to one budget.
/// </summary>
public sealed class RemoteCallGovernor : ICallGovernor
{
    private readonly RemoteConnection _server;
    private readonly string _path;
    private readonly string _cloud;
    private readonly string? _named;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private bool _answered;
    private int _failed;
    private ImmutableArray<TimeSpan?> _throttled = [];
    private long _silentSince;
    private TimeSpan _silence;
    private long _reads;
    private long _writes;
    private long _failures;
    private long _throttlings;
    private Task _telling = Task.CompletedTask;

    private RemoteCallGovernor(RemoteConnection server, string path, string cloud, string? named, TimeProvider timeProvider) =>
        (_server, _path, _cloud, _named, _timeProvider) = (server, path, cloud, named, timeProvider);

    /// <summary>For a program that checks one group.</summary>
    /// <param name="server">The server.</param>
    /// <param name="group">The group.</param>
    /// <param name="cloud">Its cloud, for figures.</param>
    /// <param name="timeProvider">The clock.</param>
    public static RemoteCallGovernor Of(RemoteConnection server, GroupId group, string cloud, TimeProvider timeProvider) =>
        new(server, $"groups/{group}", cloud, named: null, timeProvider);

    /// <summary>For calls to a cloud where the group lives too, beside the one of its sweep.</summary>
    /// <inheritdoc cref="Of(RemoteConnection, GroupId, string, TimeProvider)"/>
    public static RemoteCallGovernor OfOther(RemoteConnection server, GroupId group, string cloud, TimeProvider timeProvider) =>
        new(server, $"groups/{group}", cloud, named: cloud, timeProvider);

    /// <summary>For a program that checks a sweep.</summary>
    /// <param name="server">The server.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="timeProvider">The clock.</param>
    public static RemoteCallGovernor Of(RemoteConnection server, SweepKey sweep, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return new(server, RemoteConnection.PathOf(sweep), sweep.Cloud, named: null, timeProvider);
    }

    /// <inheritdoc/>
    /// <remarks>Of this process; the budgets are the server's to tell, and zero here.</remarks>
    public CallFigures Figures
    {
        get
        {
            lock (_gate)
            {
                var left = Silence_NeedsGate();
                return new()
                {
                    Cloud = _cloud,
                    ReadsPerSecond = 0,
                    WritesPerSecond = 0,
                    Reads = _reads,
                    Writes = _writes,
                    Throttled = _throttlings,
                    Failed = _failures,
                    Waiting = 0,
                    ClosedUntil = left > TimeSpan.Zero ? _timeProvider.GetUtcNow() + left : null,
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
            lock (_gate)
            {
                return Silence_NeedsGate();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Which checks come before others is the server's to say.</remarks>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unavailable"/>: the server cannot be asked, and so nothing may be called.
    /// </exception>
    public async Task AcquireAsync(CallKind kind, GroupId flow, CallUrgency urgency, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var told = TakeTold();
            var answer = await AskAsync(
                new() { Kind = kind, Group = flow == default ? null : flow, Cloud = _named, Told = told }, cancellationToken);
            lock (_gate)
            {
                (_silentSince, _silence) = (
                    _timeProvider.GetTimestamp(),
                    answer.Silence < CloudException.RetryAfterMax ? answer.Silence : CloudException.RetryAfterMax);
                if (answer.IsGranted)
                {
                    _ = kind is CallKind.Read ? _reads++ : _writes++;
                    return;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void OnAnswered()
    {
        lock (_gate)
        {
            _answered = true;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A throttled call is told to the server at once; everybody keeps silence then.</remarks>
    public void OnFailed(CloudException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        lock (_gate)
        {
            if (error.Kind is not CloudErrorKind.Throttled)
            {
                _failed++;
                _failures++;
                return;
            }

            _throttled = _throttled.Add(error.RetryAfter);
            _throttlings++;

            // What the server says goes, as soon as it says it; until then nothing is to be called that has a permit already.
            (_silentSince, _silence) = (_timeProvider.GetTimestamp(), error.RetryAfter ?? TimeSpan.FromSeconds(1));
            _telling = TellAfterAsync(_telling);
        }
    }

    /// <summary>Waits until the server knows what came of every call.</summary>
    public async Task FlushAsync()
    {
        Task last;
        lock (_gate)
        {
            last = _telling = _failed > 0 || !_throttled.IsEmpty ? TellAfterAsync(_telling) : _telling;
        }

        await last;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private TimeSpan Silence_NeedsGate()
    {
        var left = _silence - _timeProvider.GetElapsedTime(_silentSince);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private CallsTold TakeTold()
    {
        lock (_gate)
        {
            var told = new CallsTold { Answered = _answered, Failed = _failed, Throttled = _throttled };
            (_answered, _failed, _throttled) = (false, 0, []);
            return told;
        }
    }

    private void GiveBack(CallsTold told)
    {
        lock (_gate)
        {
            _answered |= told.Answered;
            _failed += told.Failed;
            _throttled = told.Throttled.AddRange(_throttled);
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
            await _server.WriteAsync(
                $"{_path}/calls",
                told with { Cloud = _named },
                RemoteJson.Default.CallsTold,
                RemoteJson.Default.PermitAnswer,
                CancellationToken.None);
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
            return await _server.WriteAsync(
                $"{_path}/permits", request, RemoteJson.Default.PermitRequest, RemoteJson.Default.PermitAnswer, cancellationToken);
        }
        catch (RemoteException error)
        {
            GiveBack(request.Told);
            throw new StoreException(
                StoreErrorKind.Unavailable, $"the server cannot be asked for the right to call cloud {_cloud}: {error.Message}", error);
        }
        catch (OperationCanceledException)
        {
            GiveBack(request.Told);
            throw;
        }
    }
}
