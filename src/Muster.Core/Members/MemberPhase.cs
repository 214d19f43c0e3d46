namespace Muster.Core.Members;

/// <summary>Where an instance is in its life, as far as Muster must remember it.</summary>
public enum MemberPhase
{
    /// <summary>On its way up, or given up as such and listed still.</summary>
    Booting,

    /// <summary>
    /// Up, and held by the hooks of its launch (<c>Life.Gates</c>), or given up by them and listed still: it counts as on its way up.
    /// </summary>
    Waiting,

    /// <summary>
    /// Up: what the cloud says of it is all there is to say. Remembered only while the launch is open whose hooks have let it go on.
    /// </summary>
    InService,

    /// <summary>
    /// On its way out: it counts no more, and is terminated once its gates are passed (<c>Life.Gates</c>); until then it may come back.
    /// </summary>
    Draining,

    /// <summary>In the group's warm pool: told to rest, or at rest. It counts no more until it is started.</summary>
    Warm,

    /// <summary>Told to leave the warm pool for service: it counts as on its way up until it is in service.</summary>
    Starting,

    /// <summary>
    /// In service out of the warm pool. Remembered while its launch is open, whose tag says that it is for the pool, and until no listing
    /// can be older that shows it at rest.
    /// </summary>
    Taken,
}
