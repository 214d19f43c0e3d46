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
}
