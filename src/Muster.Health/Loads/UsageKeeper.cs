using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Health.Keeping;

namespace Muster.Health.Loads;

/// <summary>
/// Asks clouds how hard the instances of groups work that shrink by that, and remembers what they told last: one a server. While there is
/// no such group, it asks nobody and does not wake.
/// </summary>
/// <remarks>
/// Which groups there are it knows from the looks that checks make anyway. Each credential is asked once for all its groups. Nothing is
/// written: a server that starts knows the figures after its first round.
/// </remarks>
/// <param name="clouds">The clouds.</param>
/// <param name="installation">Whose instances.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="observer">Hears what fails.</param>
public sealed class UsageKeeper(
    ICloudDirectory clouds, InstallationId installation, TimeProvider timeProvider, IHealthObserver observer)
    : ISightings, ILoads, IDisposable
{
    /// <summary>From one round to the next: work is measured between two of them, so that a moment's peak weighs little.</summary>
    private static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(20);

    /// <summary>How old a figure may be: three rounds that failed.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(70);

    /// <summary>How long a cloud may take for one answer.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(15);

    /// <summary>So long after its last look a group is another server's, or gone.</summary>
    private static readonly TimeSpan PatienceMin = TimeSpan.FromMinutes(3);

    private readonly HealthAlarm _alarm = new(timeProvider);
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<(GroupId Group, string Cloud), Wish> _wishes = [];
    private readonly Dictionary<CredentialKey, Answer> _answers = [];
    private bool _isIdle;

    /// <inheritdoc/>
    public void Saw(
        GroupRecord record, string cloud, ImmutableArray<Instance> instances, DateTimeOffset lookedAt, TimeSpan listingLagMax)
    {
        ArgumentNullException.ThrowIfNull(record);
        var group = record.Group;
        var key = (group.Id, cloud);
        lock (_gate)
        {
            if (group is not { ScaleIn: ScaleInOrder.LeastBusy, Phase: GroupPhase.Active, Health: null or { BusyHeader: null } })
            {
                _wishes.Remove(key);
                return;
            }

            var patience = group.Interval * 3 > PatienceMin ? group.Interval * 3 : PatienceMin;
            _wishes[key] = new(group.Account, clouds.CredentialOf(group.Account, cloud), timeProvider.GetUtcNow() + patience);
            if (_isIdle)
            {
                _isIdle = false;
                _alarm.Ring();
            }
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<InstanceLoad> Of(GroupId group, DateTimeOffset now)
    {
        lock (_gate)
        {
            ImmutableArray<InstanceLoad>.Builder? loads = null;
            foreach (var ((wished, cloud), wish) in _wishes)
            {
                if (wished != group || !_answers.TryGetValue(wish.Credential, out var answer) || now - answer.At > AgeMax)
                {
                    continue;
                }

                loads ??= ImmutableArray.CreateBuilder<InstanceLoad>();
                foreach (var usage in answer.ByGroup[group])
                {
                    loads.Add(new(cloud, usage.Instance, usage.CpuPercent!.Value, Reports.Cloud));
                }
            }

            return loads?.DrainToImmutable() ?? [];
        }
    }

    /// <summary>Asks until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ring = stopping.Register(_alarm.Ring);
        while (!stopping.IsCancellationRequested)
        {
            var asked = Asked();
            if (asked.Count == 0)
            {
                await _alarm.WaitAsync(TimerSpan.Longest);
                continue;
            }

            await Task.WhenAll(asked.Select(one => AskAsync(one.Credential, one.Account, stopping)));
            await _alarm.WaitAsync(RoundEvery);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();

    /// <summary>Whom this round asks; what nobody wants any more is forgotten.</summary>
    private List<(CredentialKey Credential, AccountId Account)> Asked()
    {
        var now = timeProvider.GetUtcNow();
        lock (_gate)
        {
            foreach (var key in _wishes.Where(wish => wish.Value.Until < now).Select(wish => wish.Key).ToList())
            {
                _wishes.Remove(key);
            }

            var asked = _wishes.Values.DistinctBy(wish => wish.Credential).Select(wish => (wish.Credential, wish.Account)).ToList();
            foreach (var credential in _answers.Keys.Except(asked.Select(one => one.Credential)).ToList())
            {
                _answers.Remove(credential);
            }

            _isIdle = asked.Count == 0;
            return asked;
        }
    }

    private async Task AskAsync(CredentialKey credential, AccountId account, CancellationToken stopping)
    {
        if (clouds.Find(account, credential.Cloud)?.Cloud.Usage is not { } usage)
        {
            return;
        }

        using var late = new CancellationTokenSource(AnswerMax, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            var told = await usage.ReadUsageAsync(installation, both.Token);
            var believed = told.Where(one => one.CpuPercent is { } cpu && InstanceLoad.IsLoad(cpu)).ToLookup(one => one.Group);
            lock (_gate)
            {
                _answers[credential] = new(timeProvider.GetUtcNow(), believed);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
        catch (Exception error) when (error is CloudException or OperationCanceledException)
        {
            observer.OnLookFailed($"how hard the instances of cloud {credential.Cloud} work", error);
        }
        catch (Exception error)
        {
            observer.OnBroken($"what cloud {credential.Cloud} tells of its instances' work", error);
        }
    }

    /// <summary>That somebody wants to know of a group's instances on a cloud.</summary>
    private sealed record Wish(AccountId Account, CredentialKey Credential, DateTimeOffset Until);

    /// <summary>What a credential's cloud told.</summary>
    private sealed record Answer(DateTimeOffset At, ILookup<GroupId?, InstanceUsage> ByGroup);
}
