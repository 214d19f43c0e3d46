using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Instances;

/// <summary>Finds an account's instance by its id alone, as its clouds show them.</summary>
/// <remarks>
/// An instance stays in its group and on its cloud for as long as it lives. So where one is, is remembered for a while, and a heartbeat
/// costs no listing. What is not known costs one look at all clouds of the account; many who ask at once share it.
/// </remarks>
internal sealed class InstanceFinder(IGroupStore store, CloudLooks looks, TimeProvider timeProvider)
{
    /// <summary>The start of an id: fewer letters could be met by chance.</summary>
    private const int StartMin = 8;

    /// <summary>For how long it is believed where an instance is: long enough for heartbeats, and no memory of what is long gone.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>For how long it is believed that an instance is gone whose launch is over.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<AccountId, Account> _accounts = new();

    /// <summary>The instance as it is now.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="idOrName">Its id, the start of its id, or its name.</param>
    /// <param name="cloud">On which cloud; null for any.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="ProblemException">There is none, there are several, or a cloud could not be asked.</exception>
    public async Task<FoundInstance> GetAsync(
        AccountId account, string idOrName, string? cloud, CancellationToken cancellationToken)
    {
        var home = await GetHomeAsync(account, idOrName, cloud, takesNames: true, cancellationToken);
        return await FindAsync(account, home, cancellationToken) ?? throw NotFound(idOrName);
    }

    /// <summary>The same instance as it is now; null where it is gone.</summary>
    public async Task<FoundInstance?> FindAsync(AccountId account, InstanceHome home, CancellationToken cancellationToken)
    {
        if (await store.FindGroupAsync(home.Group, cancellationToken) is not { } record
            || record.Group.Account != account || record.Group.Phase is GroupPhase.Archived)
        {
            return null;
        }

        var seen = await looks.LookAsync(account, home.Group, [home.Cloud], cancellationToken);
        CloudLook.ThrowIfBlind(seen);
        return seen[0].Of(record, looks.Installation, timeProvider.GetUtcNow())
            .FirstOrDefault(standing => standing.Instance.Id == home.Id) is { } standing
            ? new(record, home.Cloud, standing)
            : null;
    }

    /// <summary>Where the instance is, from memory where that is possible.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="idOrName">Its id; where names are taken, also the start of its id, or its name.</param>
    /// <param name="cloud">On which cloud; null for any.</param>
    /// <param name="takesNames">Whether a person may have typed it.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="ProblemException">There is none, there are several, or a cloud could not be asked.</exception>
    public async Task<InstanceHome> GetHomeAsync(
        AccountId account, string idOrName, string? cloud, bool takesNames, CancellationToken cancellationToken)
    {
        // Ids of some clouds are paths, and a slash in a path stays as it was sent.
        var asked = idOrName.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var known = _accounts.GetOrAdd(account, _ => new());
        var mark = timeProvider.GetTimestamp();
        if (known.Last is { } last && timeProvider.GetUtcNow() - last.At < Memory
            && Match(last, asked, cloud, takesNames: false) is [var remembered])
        {
            return remembered;
        }

        var index = await LookAsync(account, known, mark, cancellationToken);
        switch (Match(index, asked, cloud, takesNames))
        {
            case [var home]:
                return home;
            case []:
                // What could not be seen may be there: nobody is told that it is not.
                if (index.Failure is { } failure)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }

                throw NotFound(idOrName);
            case var several:
                var clouds = several.Select(home => home.Cloud).Distinct().Order(StringComparer.Ordinal).ToList();
                throw new ProblemException(
                    ProblemKinds.AmbiguousId,
                    clouds.Count > 1
                        ? $"several instances are called '{asked}', on clouds {string.Join(", ", clouds)}: say which cloud"
                        : $"several instances are called '{asked}': give the id, or more of it");
        }
    }

    /// <summary>
    /// Where the instance of a launch is; null where there is none any more. Who asks again and again for one that is gone costs a look now
    /// and then, and not one each time.
    /// </summary>
    /// <param name="record">Its group, read just now.</param>
    /// <param name="launch">Which launch.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="ProblemException">A cloud could not be asked.</exception>
    public async Task<InstanceHome?> FindHomeAsync(GroupRecord record, LaunchId launch, CancellationToken cancellationToken)
    {
        var known = _accounts.GetOrAdd(record.Group.Account, _ => new());
        var open = record.OpenLaunches.FirstOrDefault(one => one.Id == launch);
        if (open is { Instance: { } made })
        {
            return Living(
                record,
                known.Risen[launch] = new(record.Group.Id, open.Cloud ?? record.Template.Cloud, made, open.InstanceName, launch));
        }

        var mark = timeProvider.GetTimestamp();
        if (known.Last is { } last && timeProvider.GetUtcNow() - last.At is var age && age < Memory)
        {
            if ((Match(last, record.Group.Id, launch) ?? known.Risen.GetValueOrDefault(launch)) is { } remembered)
            {
                return Living(record, remembered);
            }

            if (open is null && last.Failure is null && age < Absence)
            {
                return null;
            }
        }

        var index = await LookAsync(record.Group.Account, known, mark, cancellationToken);
        if (Match(index, record.Group.Id, launch) is { } home)
        {
            return Living(record, home);
        }

        if (index.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return null;
    }

    /// <summary>There is none, or it is somebody else's: nothing says which.</summary>
    public static ProblemException NotFound(string idOrName) =>
        new(ProblemKinds.InstanceNotFound, $"there is no instance '{idOrName}'");

    /// <summary>A look that began after it was asked for, one at a time.</summary>
    private async Task<AccountIndex> LookAsync(AccountId account, Account known, long mark, CancellationToken cancellationToken)
    {
        await known.Turn.WaitAsync(cancellationToken);
        try
        {
            if (known.Last is { } last && last.Asked >= mark)
            {
                return last;
            }

            var index = known.Last = await ReadAsync(account, cancellationToken);
            known.Risen.Clear();
            return index;
        }
        finally
        {
            known.Turn.Release();
        }
    }

    private async Task<AccountIndex> ReadAsync(AccountId account, CancellationToken cancellationToken)
    {
        var (mark, at) = (timeProvider.GetTimestamp(), timeProvider.GetUtcNow());
        var (clouds, living) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<GroupId>());
        string? cursor = null;
        do
        {
            var page = await store.ListGroupsAsync(account, new(PageRequest.LimitMax, cursor), includeArchived: false, cancellationToken);
            foreach (var record in page.Items)
            {
                living.Add(record.Group.Id);
                clouds.UnionWith(record.Clouds);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);

        var seen = await looks.LookAsync(account, group: null, clouds.Order(StringComparer.Ordinal), cancellationToken);
        var homes = seen.SelectMany(look => look.Instances.Select(instance => Home(look.Cloud, instance)))
            .OfType<InstanceHome>().Where(home => living.Contains(home.Group)).ToList();
        return new(
            mark, at,
            homes.GroupBy(home => home.Id.Value, StringComparer.Ordinal)
                .ToImmutableDictionary(same => same.Key, same => same.ToImmutableArray(), StringComparer.Ordinal),
            homes.Where(home => home.Launch is not null).DistinctBy(home => home.Launch).ToFrozenDictionary(home => home.Launch!.Value),
            seen.FirstOrDefault(look => look.Failure is not null)?.Failure);
    }

    private InstanceHome? Home(string cloud, Instance instance) =>
        instance.Read<GroupId>(MusterTags.Group) is { } group && instance.IsOwnedBy(looks.Installation, group)
            ? new(group, cloud, instance.Id, instance.Name, instance.Read<LaunchId>(MusterTags.Launch))
            : null;

    private static IReadOnlyList<InstanceHome> Match(AccountIndex index, string asked, string? cloud, bool takesNames)
    {
        bool IsThere(InstanceHome home) => cloud is null || home.Cloud == cloud;
        IReadOnlyList<InstanceHome> exact =
            index.ById.TryGetValue(asked, out var same) ? [.. same.Where(IsThere)] : [];
        if (exact.Count > 0 || !takesNames)
        {
            return exact;
        }

        var all = index.ById.Values.SelectMany(homes => homes).Where(IsThere).ToList();
        var named = all.Where(home => home.Name == asked).ToList();
        return named.Count > 0 || asked.Length < StartMin
            ? named
            : [.. all.Where(home => home.Id.Value.StartsWith(asked, StringComparison.Ordinal))];
    }

    private static InstanceHome? Match(AccountIndex index, GroupId group, LaunchId launch) =>
        index.ByLaunch.TryGetValue(launch, out var home) && home.Group == group ? home : null;

    /// <summary>An instance that was told to end is gone as far as it itself is concerned.</summary>
    private static InstanceHome? Living(GroupRecord record, InstanceHome home) =>
        record.State.RecentTerminations.Any(end => end.Instance == home.Id && (end.Cloud is null || end.Cloud == home.Cloud)) ? null : home;

    /// <summary>What is known of one account.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "A semaphore that gave out no wait handle holds nothing.")]
    private sealed class Account
    {
        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>
        /// Those found by their open launch since the last look. When their launch is over, a look of before they were made must not say
        /// that they are gone: a heartbeat would be refused until the next look, and its instance fall silent.
        /// </summary>
        public ConcurrentDictionary<LaunchId, InstanceHome> Risen { get; } = new();

        /// <summary>The last look; written by whoever has the turn, read by all.</summary>
        public AccountIndex? Last { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }
    }
}
