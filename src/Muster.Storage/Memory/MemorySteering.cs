using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>
/// Policies, what rounds concluded, and what they read. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.
/// </summary>
internal sealed class MemorySteering(MemoryGroups groups, MemoryTrail trail)
{
    public void Put(GroupId group, Policy policy, Activity activity)
    {
        var row = Living(group);
        Change(row, PoliciesRule.Put(group, row.Record.Policies, policy), activity);
    }

    public void Remove(GroupId group, string name, Activity activity)
    {
        var row = Living(group);
        Change(row, PoliciesRule.Remove(group, row.Record.Policies, name), activity);
    }

    public ImmutableArray<SteeredGroup> List() => [.. groups.ReadSteered().Select(each => 
        new SteeredGroup(each.Record, ToldRule.Over(each.Row.Steering, each.Row.Words), each.Row.Pushed))];

    public SteeringState Find(GroupId group) =>
        groups.Find(group) is { } row ? ToldRule.Over(row.Steering, row.Words) : SteeringState.None;

    public void Tell(GroupId group, string policy, ReceivedWord word)
    {
        if (groups.Find(group) is { IsLiving: true } row)
        {
            row.Words = ToldRule.Tell(row.Words, row.Record.Policies, policy, word);
        }
    }

    public void Push(GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now)
    {
        var kept = ToldRule.AsKept(pushed);
        if (groups.Find(group) is { IsLiving: true } row && Pushes.Merge(row.Pushed, kept, now) is { IsEmpty: false } merged)
        {
            row.Pushed = merged;
        }
    }

    public ImmutableArray<PushedReading> FindPushed(GroupId group) =>
        groups.Find(group) is { IsLiving: true } row ? row.Pushed : [];

    public ImmutableArray<Activity> Steer(ImmutableArray<SteeringRecord> told)
    {
        var records = SteeringRule.AsKept(told).RemoveAll(record =>
            groups.Find(record.Group) is not { IsLiving: true } row || SteeringRule.IsOvertaken(record, row.Steering.EvaluatedAt));
        trail.EnsureNew([.. records.Select(record => record.Activity).OfType<Activity>()]);
        var kept = ImmutableArray.CreateBuilder<Activity>();
        foreach (var record in records)
        {
            var row = groups.Find(record.Group)!;
            row.Steering = record.State;
            if (record.Claim is { } claim)
            {
                row.Record = row.Record with { Claims = ClaimRule.Put(row.Record.Claims, claim) };
            }

            if (record.Activity is { } activity)
            {
                kept.Add(trail.Append(activity));
            }
        }

        return kept.ToImmutable();
    }

    public void Keep(ImmutableArray<ReadingChunk> chunks)
    {
        foreach (var chunk in ReadingRule.AsKept(chunks))
        {
            if (groups.Find(chunk.Group) is { IsLiving: true } row)
            {
                row.Keep(chunk);
            }
        }
    }

    public ImmutableArray<ReadingChunk> Find(GroupId group, string? metric, Resolution resolution, DateTimeOffset since) =>
        ReadingRule.InOrder((groups.Find(group)?.Readings ?? []).Where(chunk =>
            chunk.Resolution == resolution && (metric is null || chunk.Metric == metric) && chunk.EndsAt > since));

    public int Forget(DateTimeOffset now)
    {
        foreach (var row in groups.All.Where(row => row.Pushed.All(reading => reading.At < now - Pushes.AgeMax)))
        {
            row.Pushed = [];
        }

        return groups.All.Sum(row => row.Forget(chunk =>
            chunk.StartsAt < ReadingRule.OldestBeginning(chunk.Resolution, now)
            || chunk.StartsAt > ReadingRule.NewestBeginning(chunk.Resolution, now)));
    }

    private MemoryGroup Living(GroupId group) =>
        groups.Find(group) is { IsLiving: true } row ? row : throw Refusal.NotFound("living group", group);

    private void Change(MemoryGroup row, ImmutableArray<Policy> policies, Activity activity)
    {
        var before = row.Record.Policies;
        if (policies == before)
        {
            return;
        }

        trail.EnsureNew([activity]);
        row.Record = row.Record with { Policies = policies };
        row.Words = ToldRule.Of(row.Words, policies);
        if (PoliciesRule.EndsSteering(before, policies))
        {
            (row.Steering, row.Words) = (SteeringState.None, []);
        }

        trail.Append(activity);
    }
}
