using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Cli.Scaling;

/// <summary>Ends all but one of the instances that two runs at the same moment made for one launch.</summary>
/// <remarks>
/// Runs without a store compute the ids of their launches, so two that overlap ask for the same. Where the cloud may still make two of one id
/// (<see cref="CloudTraits.LaunchTokensRace"/>), each run that launched looks once more at its end. An instance is listed before its launch is
/// answered, so the run that ends last sees both.
/// </remarks>
/// <param name="cloud">Where they live, in the group's line.</param>
/// <param name="time">The clock.</param>
/// <param name="random">For the ids of activities.</param>
internal sealed class TwinEnder(GovernedCloud cloud, TimeProvider time, IRandomSource random)
{
    /// <summary>Looks, and ends them.</summary>
    /// <returns>What was done, and what was refused.</returns>
    public async Task<ImmutableArray<Activity>> EndAsync(Group group, InstallationId installation, CancellationToken cancellationToken)
    {
        var told = ImmutableArray.CreateBuilder<Activity>();
        try
        {
            var look = await Observation.MakeAsync(cloud, new(installation, group.Account, group.Id), time, cancellationToken);
            foreach (var twin in LaunchTwins.Surplus(look.Of(group.Id)).Where(twin => !twin.IsProtected))
            {
                await cloud.TerminateAsync(twin.Id, cancellationToken);
                Tell(ActivityStatus.Succeeded, $"terminated {twin.Name}: two runs at the same moment made two instances for one launch", twin.Id);
            }
        }
        catch (CloudException error)
        {
            Tell(ActivityStatus.Failed, $"cannot look for a second instance of one launch: {error.Message}; the next run finds it", instance: null);
        }

        return told.ToImmutable();

        void Tell(ActivityStatus status, string description, InstanceId? instance) => told.Add(new()
        {
            Id = new(random.NextId()),
            Account = group.Account,
            Group = group.Id,
            Type = status is ActivityStatus.Succeeded ? ActivityType.Terminate : ActivityType.Error,
            Status = status,
            Description = description,
            Instance = instance,
            FirstAt = time.GetUtcNow(),
            LastAt = time.GetUtcNow(),
        });
    }
}
