namespace Muster.Core.Reconciling;

/// <summary>Where an instance is in its life, as its group counts it.</summary>
public enum InstancePhase
{
    /// <summary>Its cloud is making it.</summary>
    Launching,

    /// <summary>It runs, and is not in service yet: not healthy so far, or in its grace.</summary>
    Booting,

    /// <summary>It runs, and nobody is sure that it does not work.</summary>
    InService,

    /// <summary>It runs, and does not work.</summary>
    OutOfService,

    /// <summary>Somebody has taken it out of the count for a while.</summary>
    Standby,

    /// <summary>Being taken in: it has the group's tags, or is about to, and does not count yet.</summary>
    Attaching,

    /// <summary>Let go: it does not count any more, and its tags come off.</summary>
    Detaching,

    /// <summary>On its way into the group's warm pool: it does not count.</summary>
    Warming,

    /// <summary>At rest in the group's warm pool: it does not count until it is started.</summary>
    Warm,

    /// <summary>On its way out, and still there for what it has begun: it ends when its gates let it go.</summary>
    Draining,

    /// <summary>On its way out: ending, told to, or about to be taken back by its cloud.</summary>
    Terminating,

    /// <summary>It exists and does not run.</summary>
    Dead,

    /// <summary>Its cloud does not tell its state: it holds its place.</summary>
    Unknown,
}
