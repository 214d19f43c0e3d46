using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Placements;
using Muster.Core.Reconciling;

namespace Muster.Core.Launching;

/// <summary>
/// Ids for whoever has no store: each place in the group (slot) has one deterministic id a generation, so that two runs that
/// overlap ask for the same launches, and a cloud with launch tokens makes each of them once. Each placement counts its own places.
/// </summary>
public sealed class SlotLaunchIdentities(InstallationId installation) : ILaunchIdentities
{
    /// <summary>The tag that says which place an instance fills.</summary>
    public const string SlotTag = "muster.slot";

    /// <summary>The tag that says how many instances had the place before.</summary>
    public const string GenerationTag = "muster.generation";

    /// <inheritdoc/>
    public ILaunchIdentityRun Begin(
        GroupId group, string placement, ImmutableArray<Instance> owned, LaunchBreaker? breaker = null) =>
        new Run(installation, group, placement, owned, breaker is null ? 0 : LaunchEvidence.TagOf(breaker));

    /// <inheritdoc/>
    public LaunchRecall? Recall(TemplateId template, ImmutableArray<Instance> owned, CloudTraits traits, DateTimeOffset now) =>
        LaunchEvidence.Read(template, owned, traits, now);

    private static int? Number(Instance instance, string tag) =>
        instance.Tags.TryGetValue(tag, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed class Run : ILaunchIdentityRun
    {
        private readonly Lock _gate = new();
        private readonly InstallationId _installation;
        private readonly GroupId _group;
        private readonly string _placement;
        private readonly int _failures;
        private readonly HashSet<int> _taken = [];
        private readonly Dictionary<int, int> _generations = [];
        private int _next;

        public Run(InstallationId installation, GroupId group, string placement, ImmutableArray<Instance> owned, int failures)
        {
            _failures = failures;
            _installation = installation;
            _group = group;
            _placement = placement;
            foreach (var instance in owned)
            {
                // By the placement that it was launched for, since its id was made there, wherever it counts now.
                if (Number(instance, SlotTag) is { } slot && PlacementOf(instance) == placement)
                {
                    _generations[slot] = Math.Max(_generations.GetValueOrDefault(slot, -1), Number(instance, GenerationTag) ?? 0);
                    if (instance.IsLive || instance.State is InstanceState.Unknown)
                    {
                        _taken.Add(slot);
                    }
                }
            }
        }

        public LaunchIdentity Next()
        {
            lock (_gate)
            {
                while (_taken.Contains(_next))
                {
                    _next++;
                }

                _taken.Add(_next);
                return Make(_next, _generations.GetValueOrDefault(_next, -1) + 1);
            }
        }

        public LaunchIdentity? After(LaunchIdentity spent) =>
            Make(Parse(spent, SlotTag), Parse(spent, GenerationTag) + 1);

        private static string PlacementOf(Instance instance) =>
            instance.Tags.GetValueOrDefault(MusterTags.Placement) ?? Placement.Only;

        private static int Parse(LaunchIdentity identity, string tag) =>
            int.Parse(identity.Tags[tag], NumberStyles.None, CultureInfo.InvariantCulture);

        private LaunchIdentity Make(int slot, int generation)
        {
            // A group with a template alone has the ids that it had before there were placements.
            var name = _placement == Placement.Only ? [] : Encoding.UTF8.GetBytes(_placement);
            var input = new byte[40 + name.Length];
            _installation.Value.TryWriteBytes(input);
            _group.Value.TryWriteBytes(input.AsSpan(16));
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(32), slot);
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(36), generation);
            name.CopyTo(input, 40);
            var tags = ImmutableSortedDictionary<string, string>.Empty
                .Add(SlotTag, slot.ToString(CultureInfo.InvariantCulture))
                .Add(GenerationTag, generation.ToString(CultureInfo.InvariantCulture));
            return new(
                new(StableId.From(input)),
                _failures == 0 ? tags : tags.Add(LaunchEvidence.FailuresTag, _failures.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
