using System.Collections.Concurrent;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Problems;

namespace Muster.Server.Tasks;

/// <summary>The right to call clouds, for programs elsewhere: from the governors by which this server itself goes.</summary>
/// <remarks>
/// What a program tells of a cloud holds for its own account. A credential that serves every account is closed for that account's programs
/// only, also while no other account calls with it: one that comes after hears from the cloud itself. See
/// docs/decisions/0117-a-task-silences-its-own-account.md.
/// </remarks>
internal sealed class TaskPermits(ICloudDirectory clouds, IPulse pulse, TimeProvider timeProvider)
{
    /// <summary>More in one request are none that one check can have had.</summary>
    private const int ToldMax = 1000;

    private readonly ConcurrentDictionary<SweepKey, TaskSilence> _silences = [];

    /// <summary>Waits for the right to make one call, at most for <see cref="RemoteProtocol.PermitPatience"/>.</summary>
    public async Task<PermitAnswer> AcquireAsync(SweepKey sweep, GroupId? group, PermitRequest request, CancellationToken cancellationToken)
    {
        var governor = EntryOf(sweep).Cloud.Governor;
        Hear(sweep, request.Told);
        using var patience = new CancellationTokenSource(RemoteProtocol.PermitPatience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (OwnSilence(sweep) is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, timeProvider, either.Token);
            }

            await AcquireAsync(governor, request.Kind, group ?? request.Group ?? default, either.Token);
            return new(IsGranted: true, SilenceOf(sweep, governor));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(IsGranted: false, SilenceOf(sweep, governor));
        }
    }

    /// <summary>Hears what came of calls.</summary>
    public PermitAnswer Hear(SweepKey sweep, CallsTold told)
    {
        var entry = EntryOf(sweep);
        if (told.Failed is < 0 or > ToldMax
            || told.Throttled.IsDefault
            || told.Throttled.Length > ToldMax
            || told.Throttled.Any(wait => wait < TimeSpan.Zero))
        {
            throw ProblemException.About(
                ProblemKinds.InvalidInput, "told", null, $"at most {ToldMax} calls of each kind, and no negative waits");
        }

        if (!told.IsEmpty)
        {
            var governor = entry.Cloud.Governor;
            if (entry.Account == sweep.Account)
            {
                TellGovernor(governor, told);
            }
            else
            {
                TellOwn(sweep, governor, told);
            }
        }

        return new(IsGranted: false, SilenceOf(sweep, entry.Cloud.Governor));
    }

    private async Task AcquireAsync(ICallGovernor governor, CallKind kind, GroupId flow, CancellationToken cancellationToken)
    {
        if (!pulse.TakesUrgency(flow))
        {
            await governor.AcquireAsync(kind, flow, CallUrgency.Routine, cancellationToken);
            return;
        }

        var isGranted = false;
        try
        {
            await governor.AcquireAsync(kind, flow, CallUrgency.Urgent, cancellationToken);
            isGranted = true;
        }
        finally
        {
            pulse.OnUrgencyEnded(flow, isGranted);
        }
    }

    private CloudEntry EntryOf(SweepKey sweep) => clouds.Find(sweep.Account, sweep.Cloud)
        ?? throw new ProblemException(ProblemKinds.CloudNotFound, $"there is no cloud '{sweep.Cloud}'");

    /// <summary>Nobody else calls with that credential: its silence is the account's own.</summary>
    private static void TellGovernor(ICallGovernor governor, CallsTold told)
    {
        if (told.Answered)
        {
            governor.OnAnswered();
        }

        TellFailed(governor, told.Failed);
        foreach (var wait in told.Throttled)
        {
            governor.OnFailed(new(CloudErrorKind.Throttled, "a check elsewhere tells of a throttled call", TaskSilence.Bounded(wait)));
        }
    }

    private void TellOwn(SweepKey sweep, ICallGovernor governor, CallsTold told)
    {
        var silence = _silences.GetOrAdd(sweep, _ => new(timeProvider));
        if (told.Answered)
        {
            silence.OnAnswered();
        }

        // Counted, so that people see them; a throttled one closes nothing for others.
        TellFailed(governor, told.Failed + told.Throttled.Length);
        foreach (var wait in told.Throttled)
        {
            silence.OnThrottled(wait);
        }
    }

    private static void TellFailed(ICallGovernor governor, int count)
    {
        for (var i = 0; i < count; i++)
        {
            governor.OnFailed(new(CloudErrorKind.Unavailable, "a check elsewhere tells of a failed call"));
        }
    }

    private TimeSpan OwnSilence(SweepKey sweep) => _silences.TryGetValue(sweep, out var silence) ? silence.Left : TimeSpan.Zero;

    private TimeSpan SilenceOf(SweepKey sweep, ICallGovernor governor)
    {
        var (own, all) = (OwnSilence(sweep), governor.Silence);
        return own > all ? own : all;
    }
}
