using System.Net;

using Muster.Core;
using Muster.Core.Health;

namespace Muster.Health.Probes;

/// <summary>Asks real instances over the network.</summary>
/// <param name="timeProvider">The clock.</param>
/// <param name="keptMax">How many connections are kept for the next probe; those beyond are opened anew each time.</param>
public sealed class Prober(TimeProvider timeProvider, int keptMax) : IProber
{
    // A time-out that comes so much later than it was set for says that this process slept or starved: the answer may lie in its socket.
    private static readonly TimeSpan OwnDelayMax = TimeSpan.FromSeconds(1);

    private readonly ProbeSockets _sockets = new();
    private readonly KeptConnections _kept = new(keptMax);

    /// <inheritdoc/>
    public long Connections => _sockets.Opened;

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Address is not { } address)
        {
            return ProbeResult.Unknown(target.Obstacle ?? "it has no address", ProbeReason.NoAddress);
        }

        stopping.ThrowIfCancellationRequested();
        var patience = target.Plan.Check.Timeout;
        var beganAt = timeProvider.GetTimestamp();
        using var timeout = new CancellationTokenSource(patience, timeProvider);
        using var stop = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timeout);
        try
        {
            return await AskAsync(target, address, timeout.Token);
        }
        catch (Exception error) when (timeout.IsCancellationRequested)
        {
            // Whatever a half-done call throws then, it is the time that is over.
            if (stopping.IsCancellationRequested)
            {
                throw new OperationCanceledException("the probe was dropped", error, stopping);
            }

            return timeProvider.GetElapsedTime(beganAt) > patience + OwnDelayMax
                ? ProbeResult.Unknown("this server was too busy to hear its answer", ProbeReason.NoRoom)
                : ProbeResult.Unhealthy($"no answer within {DurationText.Format(patience)}", ProbeReason.Timeout);
        }
        catch (Exception error) when (ProbeFailure.Of(error) is { } result)
        {
            return result;
        }
    }

    private async ValueTask<ProbeResult> AskAsync(ProbeTarget target, IPEndPoint address, CancellationToken cancellationToken)
    {
        switch (target.Plan.Check.Kind)
        {
            case ProbeKind.Http or ProbeKind.Https:
                return await HttpProbe.AskAsync(target, address, _sockets, _kept, cancellationToken);
            case ProbeKind.Grpc:
                return await GrpcProbe.AskAsync(target, address, _sockets, _kept, cancellationToken);
            case ProbeKind.Tcp:
                using (await _sockets.ConnectAsync(address, cancellationToken))
                {
                    return ProbeResult.Healthy;
                }

            default:
                throw new ArgumentOutOfRangeException(nameof(target), target.Plan.Check.Kind, "nobody probes such");
        }
    }
}
