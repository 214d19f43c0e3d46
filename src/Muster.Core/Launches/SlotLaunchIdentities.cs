using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Core.Launches;

/// <summary>
/// Ids for whoever has no store: each place in the group (slot) has one deterministic id a generation, so that two runs that
/// overlap ask for the same launches, and a cloud with launch tokens makes each of them once.
/// </summary>
public sealed class SlotLaunchIdentities(InstallationId installation) : ILaunchIdentities
{
    /// <summary>The tag that says which place an instance fills.</summary>
    public const string SlotTag = "muster.slot";

    /// <summary>The tag that says how many instances had the place before.</summary>
    public const string GenerationTag = "muster.generation";

    /// <inheritdoc/>
    public ILaunchIdentityRun Begin(Group group, ImmutableArray<Instance> owned, LaunchBreaker? breaker = null) =>
        new Run(installation, group, owned, breaker is null ? 0 : LaunchEvidence.TagOf(breaker));

    /// <inheritdoc/>
    public LaunchRecall? Recall(Group group, ImmutableArray<Instance> owned, CloudTraits traits, DateTimeOffset now) =>
        LaunchEvidence.Read(group, owned, traits, now);

    private static int? Number(Instance instance, string tag) =>
        instance.Tags.TryGetValue(tag, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed class Run : ILaunchIdentityRun
    {
        private readonly Lock gate = new();
        private readonly InstallationId installation;
        private readonly GroupId group;
        private readonly int failures;
        private readonly HashSet<int> taken = [];
        private readonly Dictionary<int, int> generations = [];
        private int next;

        public Run(InstallationId installation, Group group, ImmutableArray<Instance> owned, int failures)
        {
            this.failures = failures;
            this.installation = installation;
            this.group = group.Id;
            foreach (var instance in owned)
            {
                if (Number(instance, SlotTag) is { } slot)
                {
                    generations[slot] = Math.Max(generations.GetValueOrDefault(slot, -1), Number(instance, GenerationTag) ?? 0);
                    if (instance.IsLive || instance.State is InstanceState.Unknown)
                    {
                        taken.Add(slot);
                    }
                }
            }
        }

        public LaunchIdentity Next()
        {
            lock (gate)
            {
                while (taken.Contains(next))
                {
                    next++;
                }

                taken.Add(next);
                return Make(next, generations.GetValueOrDefault(next, -1) + 1);
            }
        }

        public LaunchIdentity? After(LaunchIdentity spent) =>
            Make(Parse(spent, SlotTag), Parse(spent, GenerationTag) + 1);

        private static int Parse(LaunchIdentity identity, string tag) =>
            int.Parse(identity.Tags[tag], NumberStyles.None, CultureInfo.InvariantCulture);

        private LaunchIdentity Make(int slot, int generation)
        {
            Span<byte> input = stackalloc byte[40];
            installation.Value.TryWriteBytes(input);
            group.Value.TryWriteBytes(input[16..]);
            BinaryPrimitives.WriteInt32BigEndian(input[32..], slot);
            BinaryPrimitives.WriteInt32BigEndian(input[36..], generation);
            var tags = ImmutableSortedDictionary<string, string>.Empty
                .Add(SlotTag, slot.ToString(CultureInfo.InvariantCulture))
                .Add(GenerationTag, generation.ToString(CultureInfo.InvariantCulture));
            return new(
                new(StableId.From(input)),
                failures == 0 ? tags : tags.Add(LaunchEvidence.FailuresTag, failures.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
