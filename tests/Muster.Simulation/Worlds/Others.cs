using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>Others than people: sources that claim how many there are to be, and whoever protects instances.</summary>
internal sealed class Others(
    Scene scene,
    SimulationLoop loop,
    IStore store,
    IReadOnlyDictionary<string, (SimulatedCloud Cloud, StormyWeather Weather)> clouds,
    IReadOnlyList<GroupId> groups,
    RandomStream random,
    Referee referee,
    Trace trace,
    Func<SimulatedProcess?> pickServer)
{
    private static readonly string[] Sources = ["calendar", "cpu", "queue"];

    private readonly Dictionary<GroupId, ImmutableArray<Claim>> _claims = [];
    private readonly List<(GroupId Group, string Cloud, InstanceId Instance)> _protected = [];

    /// <summary>As a database keeps it.</summary>
    private DateTimeOffset Now
    {
        get
        {
            var now = loop.OutsideTime.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>Claims, takes back, protects and lets go until told to stop.</summary>
    public async Task LiveAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(3)), loop.OutsideTime);
            var group = random.Pick(groups.ToArray());
            await (random.NextInt(0, 9) switch
            {
                0 or 1 or 2 or 3 or 4 when scene.HasClaims => ClaimAsync(group),
                5 when scene.HasClaims => TakeBackAsync(group, random.Pick(Sources)),
                6 or 7 when scene.HasProtection => ProtectAsync(group),
                8 when scene.HasProtection && _protected.Count > 0 => LetGoAsync(random.Pick(_protected.ToArray())),
                _ => Task.CompletedTask,
            });
        }
    }

    /// <summary>
    /// Takes back what would end by itself later, and lets all go: what stands then stands for good. What is over already is left where it
    /// is, and nobody may heed it.
    /// </summary>
    public async Task PutInOrderAsync()
    {
        foreach (var (group, claims) in _claims.ToArray())
        {
            foreach (var claim in claims.Where(claim => claim.Until > Now))
            {
                await TakeBackAsync(group, claim.Source);
            }
        }

        foreach (var one in _protected.ToArray())
        {
            await LetGoAsync(one);
        }
    }

    private async Task ClaimAsync(GroupId group)
    {
        var claim = new Claim { Source = random.Pick(Sources), Reason = "so it is drawn", Since = Now };
        claim = random.NextInt(0, 3) switch
        {
            0 => claim with { Min = random.NextInt(0, 8) },
            1 => claim with { Max = random.NextInt(0, 12) },
            2 => claim with { Desired = random.NextInt(0, 12) },
            _ => claim with { Desired = random.NextInt(0, 12), Min = random.NextInt(0, 4), Max = random.NextInt(4, 12) },
        };
        claim = random.Chance(0.6)
            ? claim with { Until = Now + random.NextSpan(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15)) }
            : claim;
        if (!await ChangeAsync(group, claim.Source, claim) || claim.Until is not { } until)
        {
            return;
        }

        foreach (var moment in (ReadOnlySpan<DateTimeOffset>)[until - Referee.ClaimSlack, until])
        {
            if (moment > loop.OutsideTime.GetUtcNow())
            {
                _ = loop.OutsideTime.CreateTimer(
                    _ => referee.Reconsider(group), state: null, moment - loop.OutsideTime.GetUtcNow(), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private Task<bool> TakeBackAsync(GroupId group, string source) => ChangeAsync(group, source, claim: null);

    /// <summary>One source's claim is this from now on; null for none. False where the group lives no more.</summary>
    private async Task<bool> ChangeAsync(GroupId group, string source, Claim? claim)
    {
        if (!await LivesAsync(group))
        {
            return false;
        }

        ImmutableArray<Claim> claims = [.. ClaimsOf(group).Where(one => one.Source != source)];
        claims = claim is null ? claims : claims.Add(claim);
        await (claim is null
            ? store.EndClaimAsync(group, source, CancellationToken.None)
            : store.PutClaimAsync(group, claim, CancellationToken.None));
        _claims[group] = claims;
        trace.Add(source, claim is null
            ? $"claims nothing of {Short(group)}"
            : $"claims {claim.Desired} from {claim.Min} to {claim.Max} of {Short(group)}, until {claim.Until:HH:mm:ss.fff}");
        referee.Claimed(group, claims);
        if (random.Chance(0.5) && pickServer() is { } server)
        {
            server.Wake(group);
        }

        return true;
    }

    private async Task ProtectAsync(GroupId group)
    {
        var now = loop.OutsideTime.GetUtcNow();
        var living = clouds
            .SelectMany(cloud => cloud.Value.Cloud.Instances.Select(instance => (Cloud: cloud.Key, Instance: instance)))
            .Where(one => one.Instance.Installation == scene.Installation && one.Instance.Group == group && one.Instance.HoldsPlaceAt(now))
            .Where(one => !_protected.Contains((group, one.Cloud, one.Instance.Id)))
            .ToArray();
        if (living.Length == 0)
        {
            return;
        }

        var (cloud, chosen) = random.Pick(living);
        if (await NoteAsync(group, new(cloud, chosen.Id) { IsProtected = true }))
        {
            trace.Add("somebody", $"protects {chosen.Id} of {Short(group)}");
            _protected.Add((group, cloud, chosen.Id));
            referee.Protected(group, chosen.Id);
        }
    }

    private async Task LetGoAsync((GroupId Group, string Cloud, InstanceId Instance) one)
    {
        // What nobody keeps is not protected.
        await NoteAsync(one.Group, new(one.Cloud, one.Instance) { IsProtected = false });
        trace.Add("somebody", $"protects {one.Instance} of {Short(one.Group)} no more");
        _protected.Remove(one);
        referee.Unprotected(one.Group, one.Instance);
    }

    /// <summary>False where the instance is to end already, or its group lives no more.</summary>
    private async Task<bool> NoteAsync(GroupId group, NoteChange change)
    {
        try
        {
            await store.NoteAsync(group, [change], activity: null, CancellationToken.None);
            return true;
        }
        catch (Exception error) when (error is InputException or StoreException { Kind: StoreErrorKind.NotFound })
        {
            return false;
        }
    }

    private async Task<bool> LivesAsync(GroupId group) =>
        await store.FindGroupAsync(group, CancellationToken.None) is { Group.Phase: not GroupPhase.Archived };

    private ImmutableArray<Claim> ClaimsOf(GroupId group) => _claims.TryGetValue(group, out var claims) ? claims : [];

    private static string Short(GroupId group) => group.ToString()[..4];
}
