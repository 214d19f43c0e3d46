using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>
/// Those who empty load balancers and answer for hooks: they lag, fall silent, lie about what is done, give up what works, ask for more
/// time without end, answer what nobody asked, and forget in the middle.
/// </summary>
internal sealed class Gatekeepers(
    SimulationLoop loop,
    IStore store,
    IReadOnlyList<GroupId> groups,
    RandomStream random,
    Referee referee,
    Trace trace,
    Func<SimulatedProcess?> pickServer)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    private Mood _mood;
    private bool _isCalm;

    private enum Mood
    {
        Honest,
        Lagging,
        Silent,
        Lying,
        Greedy,
    }

    private DateTimeOffset Now
    {
        get
        {
            var now = loop.OutsideTime.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    /// <summary>Changes the mood until told to stop.</summary>
    public async Task LiveAsync(TimeSpan until)
    {
        while (loop.Now < until)
        {
            await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(4)), loop.OutsideTime);
            _mood = random.Pick(Mood.Honest, Mood.Honest, Mood.Lagging, Mood.Silent, Mood.Lying, Mood.Greedy);
            trace.Add("gatekeepers", $"are {_mood}");
        }
    }

    /// <summary>Whatever waits is answered from now on, and may go on.</summary>
    public void CalmDown() => (_isCalm, _mood) = (true, Mood.Honest);

    /// <summary>Looks at all groups again and again, for as long as there is a world.</summary>
    public async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                foreach (var group in groups.ToArray())
                {
                    await KeepAsync(group);
                }

                await Task.Delay(Every, loop.OutsideTime);
            }
        }
        catch (Exception error)
        {
            referee.Violate($"the gatekeepers died of {error}");
        }
    }

    private async Task KeepAsync(GroupId id)
    {
        if (await store.FindGroupAsync(id, CancellationToken.None) is not { Group: { Phase: not GroupPhase.Archived } group } record
            || (group.Drain is null && group.Hooks.All.IsEmpty))
        {
            return;
        }

        var hasSpoken = false;
        foreach (var member in record.State.Members)
        {
            var cloud = member.Cloud ?? record.Template.Cloud;
            var note = record.Notes.FirstOrDefault(one => one.Instance == member.Instance && one.Cloud == cloud);
            foreach (var gate in Gates.Of(group.Drain, group.Hooks, member, note, Now).Waiting.ToList())
            {
                if (AnswerOf(gate) is { } answer)
                {
                    hasSpoken |= await SayAsync(group, cloud, member, gate.Name, answer, random.Chance(0.7));
                }
            }

            if (!_isCalm && random.Chance(0.02))
            {
                // What nobody asked, or what is over.
                await SayAsync(
                    group, cloud, member, random.Pick(["drain", "nothing", .. group.Hooks.All.Select(hook => hook.Name)]),
                    random.Pick(GateAnswer.Continue, GateAnswer.Extend), isOfThis: random.Chance(0.5));
            }
        }

        if (hasSpoken && random.Chance(0.8) && pickServer() is { } server)
        {
            server.Wake(id);
        }
    }

    private GateAnswer? AnswerOf(Gate gate) => _mood switch
    {
        Mood.Honest => _isCalm || random.Chance(0.5) ? GateAnswer.Continue : null,
        Mood.Lagging => random.Chance(0.05) ? GateAnswer.Continue : null,
        Mood.Lying => random.Chance(0.3) ? random.Pick(GateAnswer.Continue, GateAnswer.Abandon, GateAnswer.Extend) : null,
        Mood.Greedy => gate.DueAt - Now < TimeSpan.FromSeconds(10) && random.Chance(0.8) ? GateAnswer.Extend : null,
        _ => null,
    };

    /// <summary>False where it was refused, or where whoever says it is gone before.</summary>
    private async Task<bool> SayAsync(Group group, string cloud, Member member, string gate, GateAnswer answer, bool isOfThis)
    {
        if (!_isCalm && random.Chance(0.05))
        {
            return false;
        }

        try
        {
            var notes = await store.NoteAsync(
                group.Id,
                [new(cloud, member.Instance) { Gate = new(gate, answer, Now, null), GateOf = isOfThis ? member.Since : null }],
                activity: null,
                CancellationToken.None);
            if (notes.FirstOrDefault(note => note.Instance == member.Instance && note.Cloud == cloud)
                ?.Gates.FirstOrDefault(word => word.Gate == gate) is { } kept)
            {
                trace.Add("gatekeepers", $"say {kept.Answer} to {gate} of {member.Instance}, until {kept.Until:HH:mm:ss}");
                referee.SaidTo(group.Id, member.Instance, kept);
            }

            return true;
        }
        catch (Exception error) when (error is GateException or StoreException { Kind: StoreErrorKind.NotFound })
        {
            return false;
        }
    }
}
