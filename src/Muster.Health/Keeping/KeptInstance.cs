using Muster.Core;
using Muster.Core.Health;
using Muster.Health.Probes;

namespace Muster.Health.Keeping;

/// <summary>An instance that is probed. Guarded by the keeper's gate, the target's connections excepted: they are the probe's.</summary>
/// <param name="group">Its group.</param>
/// <param name="cloud">Its cloud.</param>
/// <param name="id">Its id.</param>
/// <param name="target">How it is reached.</param>
internal sealed class KeptInstance(KeptGroup group, string cloud, InstanceId id, ProbeTarget target)
{
    public KeptGroup Group { get; } = group;

    public string Cloud { get; } = cloud;

    public InstanceId Id { get; } = id;

    /// <summary>Its place in every interval.</summary>
    public double Place { get; } = Slots.PlaceOf(id);

    public ProbeTarget Target { get; set; } = target;

    public Streak Streak { get; set; }

    /// <summary>What was said of it last, written or about to be; null for nothing.</summary>
    public Finding? Said { get; set; }

    /// <summary>When that was written, by the store's clock.</summary>
    public DateTimeOffset SaidAt { get; set; }

    /// <summary>How busy it said that it is, with its last probe that said so.</summary>
    public double? Load { get; set; }

    /// <summary>When that was, by the store's clock.</summary>
    public DateTimeOffset LoadAt { get; set; }

    /// <summary>Until when its failures say nothing.</summary>
    public DateTimeOffset GraceUntil { get; set; }

    /// <summary>When its next probe begins.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Whether a probe of it is in flight.</summary>
    public bool IsProbed { get; set; }

    /// <summary>Whether it is probed no more: what is under way says nothing, and ends it.</summary>
    public bool IsOver { get; set; }
}
