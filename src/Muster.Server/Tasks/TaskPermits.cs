using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Remote.Wire;
using Muster.Server.Problems;

namespace Muster.Server.Tasks;

/// <summary>The right to call clouds, for programs elsewhere: from the governors by which this server itself goes.</summary>
internal sealed class TaskPermits(ICloudDirectory clouds)
{
    /// <summary>More in one request are none that one check can have had.</summary>
    private const int ToldMax = 1000;

    /// <summary>Waits for the right to make one call, at most for <see cref="RemoteProtocol.PermitPatience"/>.</summary>
    public async Task<PermitAnswer> AcquireAsync(SweepKey sweep, GroupId? group, PermitRequest request, CancellationToken cancellationToken)
    {
        var governor = GovernorOf(sweep);
        Hear(governor, request.Told);
        using var patience = new CancellationTokenSource(RemoteProtocol.PermitPatience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await governor.AcquireAsync(request.Kind, group ?? request.Group ?? default, either.Token);
            return new(IsGranted: true, governor.Silence);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(IsGranted: false, governor.Silence);
        }
    }

    /// <summary>Hears what came of calls.</summary>
    public PermitAnswer Hear(SweepKey sweep, CallsTold told)
    {
        var governor = GovernorOf(sweep);
        Hear(governor, told);
        return new(IsGranted: false, governor.Silence);
    }

    private ICallGovernor GovernorOf(SweepKey sweep) => clouds.Find(sweep.Account, sweep.Cloud)?.Cloud.Governor
        ?? throw new ProblemException(ProblemKinds.CloudNotFound, $"there is no cloud '{sweep.Cloud}'");

    private static void Hear(ICallGovernor governor, CallsTold told)
    {
        if (told.Failed is < 0 or > ToldMax || told.Throttled.IsDefault || told.Throttled.Length > ToldMax || told.Throttled.Any(wait => wait < TimeSpan.Zero))
        {
            throw ProblemException.About(ProblemKinds.InvalidInput, "told", null, $"at most {ToldMax} calls of each kind, and no negative waits");
        }

        if (told.Answered)
        {
            governor.OnAnswered();
        }

        for (var i = 0; i < told.Failed; i++)
        {
            governor.OnFailed(new(CloudErrorKind.Unavailable, "a check elsewhere tells of a failed call"));
        }

        foreach (var wait in told.Throttled)
        {
            governor.OnFailed(new(CloudErrorKind.Throttled, "a check elsewhere tells of a throttled call", wait));
        }
    }
}
