using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Claims;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Cli.Scaling;

/// <summary>Ends all but one of the instances that two runs at the same moment made for one launch.</summary>
/// <remarks>
/// Runs without a store compute the ids of their launches, so two that overlap ask for the same. Where the cloud may still make two of one
/// id (<see cref="CloudTraits.LaunchTokensRace"/>), each run that launched looks once more at its end. An instance is listed before its
/// launch is answered, so the run that ends last sees both. Only twins of this run's own launches end, seen by two looks, and never below
/// the level: one of an earlier run has been counted. See docs/decisions/0137-twins-end-above-the-level.md.
/// </remarks>
/// <param name="cloud">Where they live, in the group's line.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For the ids of activities.</param>
internal sealed class TwinEnder(GovernedCloud cloud, TimeProvider timeProvider, IRandomSource random)
{
    /// <summary>How long it looks and waits for its turn in all: as long as a run waits for a cloud that has too many calls.</summary>
    public static readonly TimeSpan PatienceMax = LevelCheckRunner.ThrottledMax;

    /// <summary>Looks, makes sure, and ends them.</summary>
    /// <param name="group">Whose, at which level.</param>
    /// <param name="installation">The tags'.</param>
    /// <param name="made">The launches that this run made.</param>
    /// <param name="stopping">Starts nothing new.</param>
    /// <returns>What was done, and what failed; empty when there was nothing to end, or it was told to stop before.</returns>
    public async Task<ImmutableArray<Activity>> EndAsync(
        Group group, InstallationId installation, ImmutableHashSet<LaunchId> made, CancellationToken stopping)
    {
        var told = ImmutableArray.CreateBuilder<Activity>();
        using var patience = new CancellationTokenSource(PatienceMax, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        try
        {
            var twins = await LookAsync();
            if (!twins.IsEmpty)
            {
                // A listing may be wrong once: whoever is to end is in two.
                var seen = twins.Select(twin => twin.Id).ToHashSet();
                twins = (await LookAsync()).RemoveAll(twin => !seen.Contains(twin.Id));
            }

            foreach (var twin in twins)
            {
                await cloud.AcquireWriteAsync(either.Token);
                if (!await TryEndAsync(twin))
                {
                    break;
                }
            }
        }
        catch (CloudException error)
        {
            Tell(
                ActivityType.Error, ActivityStatus.Failed,
                $"cannot look for a second instance of one launch: {error.Message}; the next run ends it", instance: null);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop: what is one too many the next run ends.
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Tell(
                ActivityType.Error,
                ActivityStatus.Failed,
                $"cannot look for a second instance of one launch: no answer within {PatienceMax.TotalSeconds:0} s; the next run ends it",
                instance: null);
        }

        return told.ToImmutable();

        async Task<ImmutableArray<Instance>> LookAsync()
        {
            var owned = (await ObserveAsync()).Of(group.Id);
            return
            [
                .. LaunchTwins.Surplus(owned)
                    .Where(twin => !twin.IsProtected && twin.Read<LaunchId>(MusterTags.Launch) is { } launch && made.Contains(launch))
                    .Take(
                        Math.Max(0, owned.Count(instance => instance.IsLive) - Settlement.Of(group, [], timeProvider.GetUtcNow()).Desired)),
            ];
        }

        // One call too many: the cloud has room again in a moment, as for the rest of the run.
        async Task<Observation> ObserveAsync()
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await Observation.MakeAsync(cloud, new(installation, group.Account, group.Id), timeProvider, either.Token);
                }
                catch (CloudException error) when (error.Kind is CloudErrorKind.Throttled)
                {
                    var reaction = FailureReaction.To(error.Kind);
                    var wait = error.RetryAfter ?? Backoff.Delay(attempt, reaction.RetryMin, reaction.RetryMax);
                    await Task.Delay(TimerSpan.Of(wait), timeProvider, either.Token);
                }
            }
        }

        // Not cancellable: once it is asked for, the outcome is to be told.
        async Task<bool> TryEndAsync(Instance twin)
        {
            try
            {
                await cloud.TerminatePermittedAsync(twin.Id, CancellationToken.None);
                Tell(
                    ActivityType.Terminate, ActivityStatus.Succeeded,
                    $"terminated {twin.Name}: two runs at the same moment made two instances for one launch", twin.Id);
                return true;
            }
            catch (CloudException error)
            {
                Tell(
                    ActivityType.Terminate,
                    error.Kind is CloudErrorKind.Ambiguous ? ActivityStatus.Ambiguous : ActivityStatus.Failed,
                    $"terminate {twin.Name}, the second instance of one launch: "
                    + $"{FailureReaction.WordsOfTermination(error.Kind)}: {error.Message}",
                    twin.Id);
                return !FailureReaction.To(error.Kind).IsAboutCloud;
            }
        }

        void Tell(ActivityType type, ActivityStatus status, string description, InstanceId? instance)
        {
            var now = timeProvider.GetUtcNow();
            told.Add(new()
            {
                Id = new(random.NextId()),
                Account = group.Account,
                Group = group.Id,
                Type = type,
                Status = status,
                Description = description,
                Instance = instance,
                FirstAt = now,
                LastAt = now,
            });
        }
    }
}
